import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { ReactNode } from 'react';
import superjson from 'superjson';
import type { AppRouter } from '~/server/api/root';
import { refreshLink } from './refresh-link';

export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();

type Fetch = typeof globalThis.fetch;

/** One of each per page; tests pass a fetch with cookies of its own. */
export function createClients(url = '/api/trpc', fetch: Fetch = globalThis.fetch) {
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) =>
          count < 2 && !(error instanceof TRPCClientError && error.data?.httpStatus < 500),
      },
    },
  });
  const send: Fetch = (input, init) => fetch(input, { ...init, credentials: 'include' });
  // without the refresh link, or a refused refresh would ask for a refresh
  const plain = createTRPCClient<AppRouter>({
    links: [httpLink({ url, transformer: superjson, fetch: send })],
  });
  const client = createTRPCClient<AppRouter>({
    links: [
      refreshLink({
        refresh: () => plain.auth.refresh.mutate(),
        onSessionEnd: () => queryClient.removeQueries({ type: 'inactive' }),
      }),
      httpBatchLink({ url, transformer: superjson, fetch: send }),
    ],
  });
  return { queryClient, client };
}

export type Clients = ReturnType<typeof createClients>;

export function Providers({ clients, children }: { clients: Clients; children: ReactNode }) {
  return (
    <QueryClientProvider client={clients.queryClient}>
      <TRPCProvider trpcClient={clients.client} queryClient={clients.queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
