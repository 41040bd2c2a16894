import * as sessionTimeline from '#messages/session/timeline.ts';
import { Address } from '../../components/text/address.tsx';
import { Instant } from '../../components/text/instant.tsx';
import { UserText } from '../../components/text/user-text.tsx';
import { describeDevice } from '../../lib/device.ts';
import { formatMinute } from '../../lib/format.ts';
import { describeEntry, type TimelineEntry } from './describe-entry.ts';

const DOTS: Partial<Record<TimelineEntry['kind'], string>> = {
  reuse: 'bg-danger',
  shared: 'bg-brass',
  refused: 'bg-brass',
  recovered: 'bg-brass',
};

/** Lists the events of one session, oldest first. */
export function TimelineList({ entries }: { entries: readonly TimelineEntry[] }) {
  return (
    <ol aria-label={sessionTimeline.listLabel} className="border-l border-line-strong">
      {entries.map((entry, index) => {
        const device = describeDevice(entry);
        return (
          <li key={`${entry.at}-${index}`} className="relative pb-5 pl-6 text-sm last:pb-0">
            <span
              aria-hidden
              className={`drawn absolute top-[0.45em] -left-[4.5px] size-2 rounded-full ring-4 ring-canvas ${DOTS[entry.kind] ?? 'bg-line-strong'}`}
            />
            <p className={entry.kind === 'reuse' ? 'font-medium text-danger' : ''}>
              {describeEntry(entry)}
            </p>
            <p className="flex flex-wrap items-baseline gap-x-4 text-ink-soft">
              <Instant at={entry.at} className="tabular-nums">
                {formatMinute(entry.at)}
              </Instant>
              {device && <UserText>{device}</UserText>}
              {entry.ipAddress && <Address>{entry.ipAddress}</Address>}
              {entry.actorName && (entry.by === 'administrator' || entry.by === 'operator') && (
                <UserText>{sessionTimeline.byActor(entry.actorName)}</UserText>
              )}
              {entry.statedReason && <UserText>{`“${entry.statedReason}”`}</UserText>}
            </p>
          </li>
        );
      })}
    </ol>
  );
}
