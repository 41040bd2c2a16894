import { type Clients, Providers } from '~/trpc/react';
import { AuthGate } from './auth-gate';
import { Desk } from './desk';

export function App({ clients }: { clients: Clients }) {
  return (
    <Providers clients={clients}>
      <AuthGate>
        <Desk />
      </AuthGate>
    </Providers>
  );
}
