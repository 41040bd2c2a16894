import { z } from 'zod';
import { anyPasswordProcedure, revalidatedProcedure } from '../../api/trpc.ts';
import { instant } from '../audit/audit-filter.ts';
import { NOTICE_CAUSES, NOTICE_KINDS } from './notice.ts';
import type { SqlNotices } from './notices.ts';

const noticeView = z.object({
  kind: z.enum(NOTICE_KINDS),
  /** When it happened, in milliseconds since the epoch. */
  at: z.number(),
  cause: z.enum(NOTICE_CAUSES).nullable(),
  shownReason: z.string().nullable(),
});

/** Creates the procedures `account.*` for what a user has to be told. */
export function noticeProcedures(notices: SqlNotices) {
  return {
    /**
     * Lists what the user has to be told on every page, newest first: a refresh token that was used
     * twice, an administrator's act. A user with a one-time password reads here why.
     */
    notices: anyPasswordProcedure
      .output(z.array(noticeView))
      .query(({ ctx: { principal } }) => notices.listOfUser(principal.userId)),

    /** Dismisses a notice, on all devices, unless something newer of its kind has happened. */
    dismissNotice: revalidatedProcedure
      .input(z.object({ kind: z.enum(NOTICE_KINDS), at: instant }))
      .output(z.object({ message: z.string() }))
      .mutation(async ({ ctx: { principal }, input: { kind, at } }) => {
        await notices.dismiss(principal.userId, kind, at);
        return { message: 'The notice is dismissed.' };
      }),
  };
}
