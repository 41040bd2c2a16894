import { LatchkeyProvider, Protected } from '@latchkey/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { Chores } from './Chores';
import { LoginForm } from './LoginForm';
import { type Clients, trpc } from './trpc';

export function App({ clients }: { clients: Clients }) {
  return (
    <trpc.Provider client={clients.client} queryClient={clients.queryClient}>
      <QueryClientProvider client={clients.queryClient}>
        <LatchkeyProvider latchkey={clients.latchkey}>
          <Protected signedOut={() => <LoginForm />} pending={<p>Loading…</p>}>
            <Chores />
          </Protected>
        </LatchkeyProvider>
      </QueryClientProvider>
    </trpc.Provider>
  );
}
