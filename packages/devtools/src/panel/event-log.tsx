import { useEffect, useRef } from 'react';
import type { LogLine } from '../log/fold.ts';

const TIME_OF_DAY = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

export const timeOfDay = (at: number): string => TIME_OF_DAY.format(at);

/** Lists the events of a session, oldest first, with the requests that caused them. */
export function EventLog({ lines, isEmpty }: { lines: readonly LogLine[]; isEmpty: boolean }) {
  const list = useRef<HTMLOListElement>(null);
  const newest = lines.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is scrolled into view
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [newest]);
  if (lines.length === 0)
    return (
      <p className="hint">
        {isEmpty
          ? 'Nothing yet. Refreshes and other events of this session appear here.'
          : 'No event contains this text. Shorten it.'}
      </p>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the list is scrolled by keyboard
    <ol ref={list} className="events" aria-label="Events of this session" tabIndex={0}>
      {lines.map(({ key, event, tone, count, text, answers }) => (
        <li key={key} data-kind={event.kind} data-tone={tone} data-count={count}>
          <time dateTime={new Date(event.at).toISOString()}>{timeOfDay(event.at)}</time>
          <div>
            {count > 1 && <b>{count} × </b>}
            {text}
            {answers.map((answer) => (
              <p key={answer} className="answer">
                {answer}
              </p>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}
