import { statusOf } from '@latchkey/react';
import { getRouteApi, Link } from '@tanstack/react-router';
import * as adminPage from '#messages/admin/page.tsx';
import * as adminTimeline from '#messages/admin/timeline.ts';
import { EmptyState } from '../../../components/feedback/empty-state.tsx';
import { SectionState } from '../../../components/feedback/section-state.tsx';
import { Page } from '../../../components/page/page.tsx';
import { formatMinute } from '../../../lib/format.ts';
import { trpc } from '../../../lib/trpc.ts';
import type { Timeline } from '../../timeline/describe-entry.ts';
import { TimelineList } from '../../timeline/timeline-list.tsx';

const route = getRouteApi('/behind-sign-in/admin/sessions/$sessionId');

/** Shows the timeline of one session and its refresh tokens, to investigate an incident. */
export function TimelinePage() {
  const { sessionId } = route.useParams();
  const query = trpc.admin.sessionTimeline.useQuery({ sessionId });
  return (
    <Page
      title={adminTimeline.title}
      lead={
        <span translate="no" className="font-mono text-sm wrap-anywhere">
          {sessionId}
        </span>
      }
    >
      <div className="mt-6">
        {query.data && <Details timeline={query.data} />}
        {!query.data && statusOf(query.error) === 404 && (
          <EmptyState>{adminTimeline.notFound}</EmptyState>
        )}
        {!query.data && statusOf(query.error) !== 404 && (
          <SectionState subject={adminTimeline.subject} query={query} />
        )}
      </div>
      <p className="mt-8 text-sm print:hidden">
        <Link to="/admin/audit" search={{ sessionId }} className="link">
          {adminTimeline.auditLink}
        </Link>
      </p>
    </Page>
  );
}

function Details({ timeline }: { timeline: Timeline }) {
  const { username, generation, startedAt, endedAt, entries, more } = timeline;
  return (
    <>
      <dl className="grid gap-x-8 gap-y-4 border-y border-line py-5 text-sm sm:grid-cols-2 lg:grid-cols-4">
        <Fact name={adminPage.user}>{username ?? adminTimeline.unknown}</Fact>
        <Fact name={adminTimeline.started}>
          {startedAt === null ? adminTimeline.unknown : formatMinute(startedAt)}
        </Fact>
        <Fact name={adminTimeline.ended}>
          {endedAt === null ? adminTimeline.notYet : formatMinute(endedAt)}
        </Fact>
        <Fact name={adminTimeline.rotations}>
          {generation === null ? adminTimeline.unknown : String(generation)}
        </Fact>
      </dl>
      <div className="mt-6">
        <TimelineList entries={entries} />
      </div>
      {more && <p className="text-sm text-ink-soft">{adminTimeline.more}</p>}
      {(generation ?? 0) > 0 && (
        <p className="text-sm text-ink-soft">{adminTimeline.generationNote}</p>
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
