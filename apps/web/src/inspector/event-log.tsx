import type { InspectorEvent } from '@latchkey/server/inspector';
import { formatTimeOfDay } from '../lib/format.ts';
import { describeInspectorEvent, toneOf } from './inspector-words.ts';

/** The last fifty events, the newest first. */
export function EventLog({ events }: { events: readonly InspectorEvent[] }) {
  if (events.length === 0)
    return (
      <p className="inspector-hint">
        Nothing yet. Refreshes, and whatever else happens to this session, appear here as they
        happen.
      </p>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached without a mouse
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
