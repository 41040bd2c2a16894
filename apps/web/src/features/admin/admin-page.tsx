import { useUser } from '@latchkey/react';
import { Page } from '../../components/ui/page.tsx';
import { trpc } from '../../lib/trpc.ts';

/** Shows what the server answers to administrators. */
export function AdminPage() {
  const { username } = useUser();
  const { data: answer = 'Admin' } = trpc.adminOnly.useQuery();

  return (
    <Page
      title="Admin"
      heading={answer}
      lead="That greeting is the server’s answer to a question only administrators may ask. It looked at your session, not at this page, and it will look again each time."
    >
      <dl className="mt-8 grid gap-x-8 gap-y-5 border-t border-line pt-6 text-sm sm:grid-cols-3">
        <Fact name="Asked by">{username}</Fact>
        <Fact name="Role needed">Admin</Fact>
        <Fact name="For anyone else">A refusal that names the role they lack</Fact>
      </dl>
    </Page>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt className="text-label">{name}</dt>
      <dd className="mt-1">{children}</dd>
    </div>
  );
}
