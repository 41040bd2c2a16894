import { Page } from '../../components/ui/page.tsx';
import { trpc } from '../../lib/trpc.ts';
import { Overview } from './overview/overview.tsx';

/** Begins with what the server answers to administrators alone. */
export function AdminPage() {
  const { data: answer = 'Admin' } = trpc.adminOnly.useQuery();
  return (
    <Page
      title="Admin"
      heading={answer}
      lead="That greeting is the server’s answer to a question only administrators may ask. It looked at your session, not at this page, and it will look again each time."
    >
      <Overview />
    </Page>
  );
}
