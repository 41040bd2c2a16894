import { refuse } from '@latchkey/trpc';
import { z } from 'zod';
import { recentlyAuthenticatedAdminProcedure } from '../../api/trpc.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { actorFor, id, reasons } from '../admin/admin-input.ts';

export interface RescueDependencies {
  readonly accounts: Accounts;
  readonly reauthenticationSeconds: number;
}

/** Creates the procedures `admin.*` for hijacked accounts. */
export function rescueProcedures({ accounts, reauthenticationSeconds }: RescueDependencies) {
  return {
    /**
     * Rescues a hijacked account: ends all its sessions, and replaces its password by a one-time
     * password, which this answer alone contains. Its user has to change it at the next sign-in.
     */
    rescueUser: recentlyAuthenticatedAdminProcedure(reauthenticationSeconds)
      .input(z.object({ userId: id, ...reasons }))
      .output(z.object({ oneTimePassword: z.string(), expiresAt: z.number() }))
      .mutation(async ({ ctx, input }) => {
        if (input.userId === ctx.principal.userId)
          throw refuse('conflict', {
            message: 'This is your own account: change your password instead.',
          });
        const { password, expiresAt } = await accounts.rescue(input.userId, actorFor(ctx, input));
        return { oneTimePassword: password, expiresAt };
      }),
  };
}
