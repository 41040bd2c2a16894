import { isUnreachable, useSession } from '@latchkey/react';
import { Notice } from '../../components/ui/notice.tsx';
import { Page } from '../../components/ui/page.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
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
      title="Dashboard"
      heading={greeting.data ?? (greeting.isPending ? <Greeting /> : 'Dashboard')}
      lead={`You are signed in as ${principal.username} with the role ${principal.role}. Your access token lasts ${formatDuration(answer.accessTokenSeconds)}; when it runs out, the server renews it inside the next request and you notice nothing.`}
    >
      {greeting.isError && !isUnreachable(greeting.error) && (
        <Notice look="danger" role="alert" className="mt-6">
          The server could not greet you. Everything else on this page still works.
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
      <span className="sr-only">Dashboard</span>
      <Skeleton className="h-[1.2em] w-56" />
    </>
  );
}
