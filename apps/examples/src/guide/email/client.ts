import { createLatchkey, createQueryClient, latchkeyLink } from '@latchkey/react';
import { createTRPCClient } from '@trpc/client';
import type { AppRouter } from './server.ts';

/** One of each per page. */
export function createClients(url: string) {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url, queryClient, setCookies: ['changeEmail'] });
  const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
  return { queryClient, latchkey, client };
}

/** Signs in with the app's own input; the form shows `message` of any error. */
export const signIn = (
  { client }: ReturnType<typeof createClients>,
  email: string,
  password: string,
) => client.auth.login.mutate({ email, password, remember: true });
