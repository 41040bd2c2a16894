import { statusOf } from '@latchkey/react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { Instant } from '../../../components/ui/instant.tsx';
import { Page } from '../../../components/ui/page.tsx';
import { SectionState } from '../../../components/ui/section-state.tsx';
import { formatMinute } from '../../../lib/format.ts';
import { trpc } from '../../../lib/trpc.ts';
import { describeDevice } from '../../account/device.ts';
import { describeEntry, type Timeline, type TimelineEntry } from './timeline-words.ts';

const route = getRouteApi('/behind-sign-in/admin/sessions/$sessionId');
const DOTS: Partial<Record<TimelineEntry['kind'], string>> = { reuse: 'bg-danger', shared: 'bg-brass', refused: 'bg-brass', recovered: 'bg-brass' };

/** The life of one session and of the refresh tokens it has had: what an incident is looked into with. */
export function TimelinePage() {
  const { sessionId } = route.useParams();
  const query = trpc.admin.sessionTimeline.useQuery({ sessionId });
  return (
    <Page title="One session" lead={<span className="font-mono text-sm wrap-anywhere">{sessionId}</span>}>
      <div className="mt-6">
        {query.data && <Life timeline={query.data} />}
        {!query.data && statusOf(query.error) === 404 && (
          <EmptyState>Nothing is known of such a session. It may be older than the audit log goes back.</EmptyState>
        )}
        {!query.data && statusOf(query.error) !== 404 && <SectionState what="The session" query={query} />}
      </div>
      <p className="mt-8 text-sm print:hidden">
        <Link to="/admin/audit" search={{ sessionId }} className="link">
          Everything the audit log says of it
        </Link>
      </p>
    </Page>
  );
}

function Life({ timeline }: { timeline: Timeline }) {
  const { username, generation, startedAt, endedAt, entries, more } = timeline;
  return (
    <>
      <dl className="grid gap-x-8 gap-y-4 border-y border-line py-5 text-sm sm:grid-cols-4">
        <Fact name="User">{username ?? 'Nobody known'}</Fact>
        <Fact name="Began">{startedAt === null ? 'Unknown' : formatMinute(startedAt)}</Fact>
        <Fact name="Ended">{endedAt === null ? 'Not yet' : formatMinute(endedAt)}</Fact>
        <Fact name="Rotations">{generation === null ? 'Unknown' : String(generation)}</Fact>
      </dl>
      <ol aria-label="What happened" className="mt-6 border-l border-line-strong">
        {entries.map((entry, index) => (
          <li key={`${entry.at}-${index}`} className="relative pb-5 pl-6 text-sm">
            <span
              aria-hidden
              className={`absolute top-[0.45em] -left-[4.5px] size-2 rounded-full ring-4 ring-canvas ${DOTS[entry.kind] ?? 'bg-line-strong'}`}
            />
            <p className={entry.kind === 'reuse' ? 'font-medium text-danger' : ''}>{describeEntry(entry)}</p>
            <p className="flex flex-wrap gap-x-4 text-ink-soft">
              <Instant at={entry.at} className="tabular-nums">
                {formatMinute(entry.at)}
              </Instant>
              {describeDevice(entry) && <span>{describeDevice(entry)}</span>}
              {entry.ipAddress && <span className="font-mono text-[0.8125rem] wrap-anywhere">{entry.ipAddress}</span>}
              {entry.actorName && entry.by !== 'owner' && <span>by {entry.actorName}</span>}
              {entry.statedReason && <span>“{entry.statedReason}”</span>}
            </p>
          </li>
        ))}
      </ol>
      {more && <p className="text-sm text-ink-soft">There is more; the audit log has all of it.</p>}
      {(generation ?? 0) > 0 && (
        <p className="text-sm text-ink-soft">
          Every refresh makes a new generation. The server keeps the time of the latest one only, so that an ordinary refresh stays a single write.
        </p>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt className="text-label">{name}</dt>
      <dd className="mt-1 tabular-nums wrap-anywhere">{children}</dd>
    </div>
  );
}
