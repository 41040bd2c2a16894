import { ALGORITHMS } from '@latchkey/core';
import { KEY_PURPOSES, type KeyLifecycle } from '@latchkey/keys';
import { z } from 'zod';
import { adminProcedure, recentlyAuthenticatedAdminProcedure } from '../../api/trpc.ts';
import type { KeyChanges } from './key-changes.ts';

const purpose = z.enum(KEY_PURPOSES);
const instant = z.number().nullable();

/**
 * The schema of a key for display, without key material. Times are milliseconds since the epoch,
 * null if unknown.
 */
export const keyView = z.object({
  kid: z.string(),
  purpose,
  algorithm: z.enum(ALGORITHMS),
  status: z.enum(['next', 'current', 'retired', 'expired', 'revoked']),
  signsFrom: instant,
  retiredAt: instant,
  verifiesUntil: instant,
  revokedAt: instant,
});

export function keyViewOf({
  key,
  status,
  retiredAt,
  verifiesUntil,
}: KeyLifecycle): z.output<typeof keyView> {
  const { kid, algorithm, signsFrom, revokedAt } = key;
  return {
    kid,
    purpose: key.purpose,
    algorithm,
    status,
    signsFrom,
    retiredAt,
    verifiesUntil: Number.isFinite(verifiesUntil) ? verifiesUntil : null,
    revokedAt,
  };
}

/**
 * Creates the procedures with which administrators view and change keys.
 *
 * @param reauthenticationSeconds maximum age of the password check for changing a key, in seconds
 */
export function keyProcedures(changes: KeyChanges, reauthenticationSeconds: number) {
  const recentlyAuthenticatedProcedure =
    recentlyAuthenticatedAdminProcedure(reauthenticationSeconds);

  return {
    keys: adminProcedure.output(z.array(keyView)).query(() => changes.list().map(keyViewOf)),

    /** Creates a new key. It signs once every node and service has it; with `now`, at once. */
    rotateKeys: recentlyAuthenticatedProcedure
      .input(
        z
          .object({ purpose: purpose.default('access-token'), now: z.boolean().default(false) })
          .prefault({}),
      )
      .output(
        z.object({
          kid: z.string(),
          algorithm: z.enum(ALGORITHMS),
          signsFrom: z.number(),
          made: z.boolean(),
        }),
      )
      .mutation(({ ctx, input }) =>
        changes.rotate(input.purpose, input.now ? 'now' : 'next', ctx.actor),
      ),

    /** Revokes a leaked key: nothing that it signed is accepted any longer. */
    removeKey: recentlyAuthenticatedProcedure
      .input(z.object({ kid: z.string().min(1).max(64), signOut: z.boolean().default(false) }))
      .output(z.object({ message: z.string() }))
      .mutation(async ({ ctx, input }) => {
        await changes.remove(input.kid, input.signOut, ctx.actor);
        return { message: 'The key is revoked.' };
      }),
  };
}
