import * as adminPage from '#messages/admin/page.tsx';
import { Page } from '../../components/page/page.tsx';
import { trpc } from '../../lib/trpc.ts';
import { Overview } from './overview/overview.tsx';

/** Shows a greeting that the server sends to administrators only, and the overview. */
export function AdminPage() {
  const { data: answer = 'Admin' } = trpc.adminOnly.useQuery();
  return (
    <Page title={adminPage.title} heading={answer} lead={adminPage.lead}>
      <Overview />
    </Page>
  );
}
