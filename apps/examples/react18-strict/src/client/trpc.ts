import { QueryClient } from '@tanstack/react-query';
import { httpBatchLink } from '@trpc/client';
import { createTRPCReact } from '@trpc/react-query';
import type { AppRouter } from '../server/router';
import { Session } from './auth/session';

export const trpc = createTRPCReact<AppRouter>();

/** One of each per page. */
export function createClients(origin = '', fetch?: typeof globalThis.fetch) {
  const session = new Session(`${origin}/api/auth`, fetch);
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const client = trpc.createClient({
    links: [httpBatchLink({ url: `${origin}/api/trpc`, fetch: session.fetch })],
  });
  return { session, queryClient, client };
}

export type Clients = ReturnType<typeof createClients>;
