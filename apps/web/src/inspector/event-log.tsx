import type { InspectorEvent } from '@latchkey/server/inspector';
import { formatTimeOfDay } from '../lib/format.ts';
import { describeInspectorEvent, toneOf } from './describe-event.ts';

/** The last 50 events, newest first. */
export function EventLog({ events }: { events: readonly InspectorEvent[] }) {
  if (events.length === 0)
    return (
      <p className="inspector-hint">
        Nothing yet. Refreshes and other events of this session appear here.
      </p>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <ol className="inspector-events" aria-label="Events of this session" tabIndex={0}>
      {events.map((event) => (
        <li key={event.id} data-kind={event.kind} data-tone={toneOf(event)}>
          <time dateTime={new Date(event.at).toISOString()}>{formatTimeOfDay(event.at)}</time>
          <span>{describeInspectorEvent(event)}</span>
        </li>
      ))}
    </ol>
  );
}
