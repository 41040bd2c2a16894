import { createLatchkey, createQueryClient, latchkeyLink, useUser } from '@latchkey/react';
import { createTRPCClient } from '@trpc/client';
import type { AppRouter } from './server.ts';
import type { Claims } from './sessions.ts';

declare module '@latchkey/react' {
  interface Register {
    role: 'Admin' | 'User';
    claims: Claims;
  }
}

/** One of each per page. */
export function createClients(url: string) {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url, queryClient });
  const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
  return { queryClient, latchkey, client };
}

/** Hides what the server would refuse. */
export function InviteButton({ onInvite }: { onInvite: () => void }) {
  const { permissions } = useUser().claims;
  return permissions.includes('invite') ? (
    <button type="button" onClick={onInvite}>
      Invite
    </button>
  ) : null;
}
