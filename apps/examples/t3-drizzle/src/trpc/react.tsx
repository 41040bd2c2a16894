import { createLatchkey, createQueryClient, LatchkeyProvider, latchkeyLink } from '@latchkey/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { ReactNode } from 'react';
import superjson from 'superjson';
import type { AppRouter } from '~/server/api/root';

export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();

/** One of each per page; tests pass a fetch with cookies of its own. */
export function createClients(url = '/api/trpc', fetch?: typeof globalThis.fetch) {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({
    url,
    queryClient,
    transformer: superjson,
    setCookies: ['auth.verify'],
    fetch,
  });
  const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
  return { queryClient, latchkey, client };
}

export type Clients = ReturnType<typeof createClients>;

export function Providers({ clients, children }: { clients: Clients; children: ReactNode }) {
  return (
    <QueryClientProvider client={clients.queryClient}>
      <TRPCProvider trpcClient={clients.client} queryClient={clients.queryClient}>
        <LatchkeyProvider latchkey={clients.latchkey}>{children}</LatchkeyProvider>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
