import { createLatchkey, createQueryClient, latchkeyLink } from '@latchkey/react';
import { createTRPCReact } from '@trpc/react-query';
import type { AppRouter } from '../server/router';

declare module '@latchkey/react' {
  interface Register {
    role: 'admin' | 'member';
  }
}

export const trpc = createTRPCReact<AppRouter>();

/** One of each per page. */
export function createClients(origin = '', fetch?: typeof globalThis.fetch) {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({
    url: `${origin}/api/trpc`,
    queryClient,
    setCookies: ['auth.register'],
    fetch,
  });
  return { queryClient, latchkey, client: trpc.createClient({ links: [latchkeyLink(latchkey)] }) };
}

export type Clients = ReturnType<typeof createClients>;
