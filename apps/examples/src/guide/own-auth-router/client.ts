import { createLatchkey, createQueryClient, latchkeyLink } from '@latchkey/react';
import { createTRPCClient } from '@trpc/client';
import type { AppRouter } from './server.ts';

/** One of each per page. */
export function createClients(url: string) {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({
    url,
    queryClient,
    auth: 'account', // where the router has Latchkey's procedures
    setCookies: ['account.magicLink'], // sent alone; Latchkey's own are known
  });
  const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
  return { queryClient, latchkey, client };
}
