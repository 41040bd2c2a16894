import type { InspectorEvent } from '../inspector-event.ts';
import { describeInspectorEvent, toneOf } from '../log/describe-event.ts';

const TIME_OF_DAY = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Lists the last 50 events of the session, newest first. */
export function EventLog({ events }: { events: readonly InspectorEvent[] }) {
  if (events.length === 0)
    return (
      <p className="hint">Nothing yet. Refreshes and other events of this session appear here.</p>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the list is scrolled by keyboard
    <ol className="events" aria-label="Events of this session" tabIndex={0}>
      {events.map((event) => (
        <li key={event.id} data-kind={event.kind} data-tone={toneOf(event)}>
          <time dateTime={new Date(event.at).toISOString()}>{TIME_OF_DAY.format(event.at)}</time>
          <span>{describeInspectorEvent(event)}</span>
        </li>
      ))}
    </ol>
  );
}
