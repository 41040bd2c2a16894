import {
  createLatchkey,
  createQueryClient,
  LatchkeyProvider,
  latchkeyLink,
  Protected,
  useUser,
} from '@latchkey/react';
import { type DehydratedState, hydrate, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import type { AppRouter } from './router.ts';

/** One of each per request on the server, and per page in the browser. */
export function createClients(state: Partial<DehydratedState> = {}) {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url: '/trpc', queryClient });
  const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
  hydrate(queryClient, state);
  return { queryClient, latchkey, client };
}

export function App({ clients }: { clients: ReturnType<typeof createClients> }) {
  return (
    <QueryClientProvider client={clients.queryClient}>
      <LatchkeyProvider latchkey={clients.latchkey}>
        <Protected signedOut={() => <p>Sign in</p>} pending={<p>One moment</p>}>
          <Greeting />
        </Protected>
      </LatchkeyProvider>
    </QueryClientProvider>
  );
}

function Greeting() {
  return <p>{`Hello ${useUser().username}`}</p>;
}
