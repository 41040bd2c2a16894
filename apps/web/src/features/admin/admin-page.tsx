import * as messages from '#messages/admin.tsx';
import { Page } from '../../components/ui/page.tsx';
import { trpc } from '../../lib/trpc.ts';
import { Overview } from './overview/overview.tsx';

/** Begins with what the server answers to administrators alone. */
export function AdminPage() {
  const { data: answer = 'Admin' } = trpc.adminOnly.useQuery();
  return (
    <Page title={messages.admin} heading={answer} lead={messages.thatGreetingIsTheServers}>
      <Overview />
    </Page>
  );
}
