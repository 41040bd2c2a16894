import { createLatchkey, createQueryClient, latchkeyLink } from '@latchkey/react';
import { createTRPCClient, loggerLink } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from './server.ts';

/** One of each per page. */
export function createClients(url: string) {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url, queryClient, transformer: superjson });
  const api = createTRPCClient<AppRouter>({
    links: [
      loggerLink({ enabled: ({ direction }) => direction === 'down' }),
      latchkeyLink(latchkey),
    ],
  });
  return { queryClient, latchkey, api };
}
