import { createLatchkey, createQueryClient, latchkeyLink } from '@latchkey/react';
import type { AppRouter } from '@latchkey/server/router';
import { createTRPCClient } from '@trpc/client';

declare module '@latchkey/react' {
  interface Register {
    role: 'User' | 'Admin';
    claims: { readonly mustChangePassword?: true };
    reason: 'user_disabled' | 'one_time_password_spent' | 'password_change_required';
  }
}

export const queryClient = createQueryClient();

export const latchkey = createLatchkey({
  url: '/trpc',
  queryClient,
  setCookies: ['account.signUp', 'account.changePassword', 'account.deleteAccount'],
});

/**
 * A tRPC client with every procedure as a plain call. The sign-in page uses it, because the hooks
 * of `trpc` load with the pages for signed-in users.
 */
export const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
