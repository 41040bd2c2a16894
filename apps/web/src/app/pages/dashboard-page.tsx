import { isUnreachable, useSession } from '@latchkey/react';
import * as sessionDashboard from '#messages/session/dashboard.ts';
import * as shell from '#messages/shell.ts';
import { Notice } from '../../components/feedback/notice.tsx';
import { Skeleton } from '../../components/feedback/skeleton.tsx';
import { Page } from '../../components/page/page.tsx';
import { SessionCard } from '../../features/session/session-card.tsx';
import { formatDuration } from '../../lib/format.ts';
import { trpc } from '../../lib/trpc.ts';

export function DashboardPage() {
  const session = useSession();
  const greeting = trpc.dashboard.useQuery();
  if (session.status !== 'signed-in' && session.status !== 'interrupted') return null;
  const { answer, principal } = session;

  return (
    <Page
      title={shell.dashboard}
      heading={greeting.data ?? (greeting.isPending ? <Greeting /> : shell.dashboard)}
      lead={sessionDashboard.lead(
        principal.username,
        principal.role,
        formatDuration(answer.accessTokenSeconds),
      )}
    >
      {greeting.isError && !isUnreachable(greeting.error) && (
        <Notice look="danger" role="alert" className="mt-6">
          {sessionDashboard.greetingFailed}
        </Notice>
      )}
      <div className="mt-8 sm:mt-10">
        <SessionCard answer={answer} />
      </div>
    </Page>
  );
}

function Greeting() {
  return (
    <>
      <span className="sr-only">{shell.dashboard}</span>
      <Skeleton className="h-[1.2em] w-56" />
    </>
  );
}
