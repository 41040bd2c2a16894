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
  /** When the session ended. Milliseconds since the epoch. */
  at: z.number(),
  /** The cause in words, for the session's user. */
  explanation: z.string(),
});
const ownReceipt = receiptView.extend({ sessionId: z.string() });

/** The database holds both as plain text that we wrote. */
export const receiptViewOf = (receipt: SessionReceipt) =>
  ({ ...receipt, explanation: EXPLANATIONS[receipt.cause as Cause] }) as SessionReceipt &
    z.output<typeof receiptView>;

/** For `account.*`. */
export function ownReceiptProcedures(receipts: Receipts) {
  return {
    /**
     * Why this browser's session ended. Answers only to a genuine refresh token of the session;
     * `null` for any other caller, and while the session lives.
     */
    whySignedOut: publicProcedure
      .output(receiptView.nullable())
      .query(async ({ ctx: { session } }) => {
        const { refreshed } = session;
        if (refreshed?.kind !== 'refused' || refreshed.sessionId === null) return null;
        const receipt = await receipts.explain(refreshed.sessionId);
        return receipt && receiptViewOf(receipt);
      }),

    /** The user's own ended sessions, newest first. */
    sessionReceipts: protectedProcedure
      .input(z.object({ limit: z.number().int().min(1).max(200).default(50) }).prefault({}))
      .output(z.array(ownReceipt))
      .query(async ({ ctx: { principal }, input: { limit } }) =>
        (await receipts.listOfUser(principal.userId, limit)).map(receiptViewOf),
      ),
  };
}

/** For `admin.*`. */
export function receiptProcedures(receipts: Receipts) {
  return {
    /** By the session's id or the user's reference. */
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
