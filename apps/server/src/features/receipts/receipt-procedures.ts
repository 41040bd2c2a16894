import { refuse } from '@latchkey/trpc';
import { z } from 'zod';
import { adminProcedure, protectedProcedure, publicProcedure } from '../../api/trpc.ts';
import { CAUSES, type Cause, ENDERS, EXPLANATIONS } from './receipt.ts';
import type { Receipts } from './receipts.ts';
import type { SessionReceipt } from './session-receipts.ts';

const receiptView = z.object({
  /** The reference for support, like `K7QPM-2XD9H`. */
  reference: z.string(),
  cause: z.enum(CAUSES),
  by: z.enum(ENDERS),
  /** When the session ended, in milliseconds since the epoch. */
  at: z.number(),
  /** Why the session ended, in words for its user. */
  explanation: z.string(),
  /** The reason that an administrator gives to the user; null without one. */
  shownReason: z.string().nullable(),
});
const ownReceipt = receiptView.extend({ sessionId: z.string() });

/**
 * Parses the texts of a receipt: the database holds them as plain text that only the server writes.
 */
export const receiptViewOf = (receipt: SessionReceipt) =>
  ({ ...receipt, explanation: EXPLANATIONS[receipt.cause as Cause] }) as SessionReceipt &
    z.output<typeof receiptView>;

/** Creates the procedures `account.*` that explain ended sessions to their own user. */
export function ownReceiptProcedures(receipts: Receipts) {
  return {
    /**
     * Explains why this browser's session ended. Answers only to a genuine refresh token of the
     * session; `null` for any other caller, and while the session lives.
     */
    whySignedOut: publicProcedure
      .output(receiptView.nullable())
      .query(async ({ ctx: { session } }) => {
        const { refreshed } = session;
        if (refreshed?.kind !== 'refused' || refreshed.sessionId === null) return null;
        const receipt = await receipts.explain(refreshed.sessionId);
        return receipt && receiptViewOf(receipt);
      }),

    /** Lists the user's own ended sessions, newest first. */
    sessionReceipts: protectedProcedure
      .input(z.object({ limit: z.number().int().min(1).max(200).default(50) }).prefault({}))
      .output(z.array(ownReceipt))
      .query(async ({ ctx: { principal }, input: { limit } }) =>
        (await receipts.listOfUser(principal.userId, limit)).map(receiptViewOf),
      ),
  };
}

/** Creates the procedures `admin.*` that explain ended sessions. */
export function receiptProcedures(receipts: Receipts) {
  return {
    /**
     * Explains why a session ended. The session is named by its id or by the reference that its
     * user sees.
     */
    sessionReceipt: adminProcedure
      .input(
        z.object({
          session: z
            .string()
            .min(1)
            .max(64)
            .refine((value) => !value.includes('\0'), 'must not hold a NUL'),
        }),
      )
      .output(ownReceipt.extend({ userId: z.string() }))
      .query(async ({ input: { session } }) => {
        const receipt = await receipts.explain(session);
        if (!receipt)
          throw refuse('not_found', {
            message: 'There is no ended session with this id or reference.',
          });
        return receiptViewOf(receipt);
      }),
  };
}
