import * as adminPage from '#messages/admin/page.tsx';
import { Page } from '../../components/ui/page.tsx';
import { trpc } from '../../lib/trpc.ts';
import { Overview } from './overview/overview.tsx';

/** Begins with what the server answers to administrators alone. */
export function AdminPage() {
  const { data: answer = 'Admin' } = trpc.adminOnly.useQuery();
  return (
    <Page title={adminPage.title} heading={answer} lead={adminPage.lead}>
      <Overview />
    </Page>
  );
}
