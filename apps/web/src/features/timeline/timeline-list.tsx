import * as messages from '#messages/timeline.ts';
import { Instant } from '../../components/ui/instant.tsx';
import { formatMinute } from '../../lib/format.ts';
import { describeDevice } from '../account/device.ts';
import { describeEntry, type TimelineEntry } from './timeline-words.ts';

const DOTS: Partial<Record<TimelineEntry['kind'], string>> = { reuse: 'bg-danger', shared: 'bg-brass', refused: 'bg-brass', recovered: 'bg-brass' };

/** What happened to one session, the oldest first. */
export function TimelineList({ entries }: { entries: readonly TimelineEntry[] }) {
  return (
    <ol aria-label={messages.whatHappened} className="border-l border-line-strong">
      {entries.map((entry, index) => (
        <li key={`${entry.at}-${index}`} className="relative pb-5 pl-6 text-sm last:pb-0">
          <span aria-hidden className={`absolute top-[0.45em] -left-[4.5px] size-2 rounded-full ring-4 ring-canvas ${DOTS[entry.kind] ?? 'bg-line-strong'}`} />
          <p className={entry.kind === 'reuse' ? 'font-medium text-danger' : ''}>{describeEntry(entry)}</p>
          <p className="flex flex-wrap gap-x-4 text-ink-soft">
            <Instant at={entry.at} className="tabular-nums">
              {formatMinute(entry.at)}
            </Instant>
            {describeDevice(entry) && <span>{describeDevice(entry)}</span>}
            {entry.ipAddress && <span className="font-mono text-[0.8125rem] wrap-anywhere">{entry.ipAddress}</span>}
            {entry.actorName && (entry.by === 'administrator' || entry.by === 'operator') && <span>{messages.doneByWhom(entry.actorName)}</span>}
            {entry.statedReason && <span>“{entry.statedReason}”</span>}
          </p>
        </li>
      ))}
    </ol>
  );
}
