import { Protected } from '@latchkey/react';
import { type Clients, Providers } from '~/trpc/react';
import { Desk } from './desk';
import { SignIn } from './sign-in';

declare module '@latchkey/react' {
  interface Register {
    role: 'owner' | 'editor';
  }
}

export function App({ clients }: { clients: Clients }) {
  return (
    <Providers clients={clients}>
      <Protected signedOut={() => <SignIn />} pending={<p>Loading…</p>}>
        <Desk />
      </Protected>
    </Providers>
  );
}
