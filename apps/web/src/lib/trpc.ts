import { createLatchkey, type Latchkey, latchkeyLink } from '@latchkey/react';
import type { AppRouter } from '@latchkey/server/router';
import type { QueryClient } from '@tanstack/react-query';
import { createTRPCReact } from '@trpc/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

declare module '@latchkey/react' {
  interface Register {
    role: 'User' | 'Admin';
  }
}

export const trpc = createTRPCReact<AppRouter>();

export type ApiInputs = inferRouterInputs<AppRouter>;
export type ApiOutputs = inferRouterOutputs<AppRouter>;

const SET_COOKIES = ['account.signUp', 'account.changePassword', 'account.deleteAccount'];

export function startLatchkey(queryClient: QueryClient): Latchkey {
  return createLatchkey({ url: '/trpc', queryClient, setCookies: SET_COOKIES });
}

export function createApiClient(latchkey: Latchkey) {
  return trpc.createClient({ links: [latchkeyLink(latchkey)] });
}
