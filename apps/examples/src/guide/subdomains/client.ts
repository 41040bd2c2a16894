import { createLatchkey, createQueryClient, latchkeyLink } from '@latchkey/react';
import { createTRPCClient } from '@trpc/client';
import type { AppRouter } from './server.ts';

/** One of each per page; `url` is `https://api.example.com/trpc`. */
export function createClients(url: string) {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url, queryClient, headers: { 'X-Tenant': 'acme' } });
  const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
  return { queryClient, latchkey, client };
}
