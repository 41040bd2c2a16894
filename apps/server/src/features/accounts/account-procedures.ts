import type { SessionLayer, User } from '@latchkey/core';
import type { SqlAuditLog } from '@latchkey/sql';
import { publicError, refuse } from '@latchkey/trpc';
import { tracked } from '@trpc/server';
// Imported so that TypeScript can name the type of a subscription (TS2883).
import type {} from '@trpc/server/unstable-core-do-not-import';
import { z } from 'zod';
import {
  cookieProcedure,
  passwordChangeProcedure,
  protectedProcedure,
  publicProcedure,
  recentlyAuthenticatedCookieProcedure,
  revalidatedProcedure,
  router,
} from '../../api/trpc.ts';
import type { AuditTail } from '../audit/audit-tail.ts';
import {
  auditPage,
  auditPageOf,
  auditViewOf,
  pageInput,
  resumeInput,
} from '../audit/audit-view.ts';
import type { Limits } from '../limits/limits.ts';
import { noticeProcedures } from '../notices/notice-procedures.ts';
import type { SqlNotices } from '../notices/notices.ts';
import { ownReceiptProcedures } from '../receipts/receipt-procedures.ts';
import type { Receipts } from '../receipts/receipts.ts';
import { ownSessionPageOf, sessionPage, sessionPageInput } from '../sessions/session-page.ts';
import type { TimelineDependencies } from '../sessions/session-timeline.ts';
import { ownTimelineProcedures } from '../sessions/timeline-procedures.ts';
import { newPassword, newUsername } from './account-rules.ts';
import type { Accounts } from './accounts.ts';

export interface AccountRouterDependencies extends TimelineDependencies {
  readonly accounts: Accounts;
  readonly layer: SessionLayer;
  readonly auditLog: SqlAuditLog;
  readonly tail: AuditTail;
  readonly limits: Pick<Limits, 'signUp' | 'changePassword'>;
  readonly receipts: Receipts;
  readonly notices: SqlNotices;
  readonly signUpOpen: boolean;
  /** Maximum age of the password check in seconds, for procedures that require a recent one. */
  readonly reauthenticationSeconds: number;
}

const done = z.object({ message: z.string() });

/** Procedures for a user's own account. */
export function accountRouter(dependencies: AccountRouterDependencies) {
  const { accounts, layer, auditLog, tail, receipts, limits, signUpOpen, reauthenticationSeconds } =
    dependencies;
  const recentlyAuthenticatedProcedure =
    recentlyAuthenticatedCookieProcedure(reauthenticationSeconds);

  /**
   * Accepts a repeated sign-up whose response was lost: the account is new and has the same
   * password. A name that is taken in any other way is refused.
   */
  async function own(
    { username, password }: { username: string; password: string },
    error: unknown,
  ): Promise<User> {
    if (publicError(error).reason !== 'conflict') throw error;
    const user = await accounts.findNew(username, password).catch((fault: unknown) => {
      if (publicError(fault).reason === 'rate_limited') throw error;
      throw fault;
    });
    if (!user) throw error;
    return user;
  }

  return router({
    ...ownReceiptProcedures(receipts),
    ...noticeProcedures(dependencies.notices),
    ...ownTimelineProcedures(dependencies),

    /** Whether people may create accounts themselves. */
    signUpOpen: publicProcedure.output(z.boolean()).query(() => signUpOpen),

    /** Creates an account and signs it in. */
    signUp: cookieProcedure
      .input(z.object({ username: newUsername, password: newPassword }))
      .output(done)
      .mutation(async ({ ctx: { session }, input }) => {
        if (!signUpOpen) throw refuse('sign_up_closed');
        await limits.signUp(session.client.ipAddress);
        const user = await accounts
          .create({ ...input, role: 'User' }, session.client)
          .catch((error: unknown) => own(input, error));
        await session.actions.signIn(user);
        return { message: `Welcome, ${user.username}` };
      }),

    /** Changes the password. Every other session ends; this one continues with fresh cookies. */
    changePassword: passwordChangeProcedure(reauthenticationSeconds)
      .input(z.object({ currentPassword: z.string().min(1).max(1024).optional(), newPassword }))
      .output(done)
      .mutation(async ({ ctx: { session, principal }, input }) => {
        const { currentPassword } = input;
        await limits.changePassword(principal.userId);
        if (
          currentPassword !== undefined &&
          !(await accounts.confirmPassword(principal, currentPassword, session.client))
        )
          throw refuse('invalid_credentials', {
            code: 'FORBIDDEN',
            message: 'currentPassword: is not your password.',
          });
        await accounts.changePassword(principal, input.newPassword, session.client);
        await session.actions.renew();
        return { message: 'Your password is changed, and all other sessions have ended.' };
      }),

    /** Deletes the account and ends all its sessions. */
    deleteAccount: recentlyAuthenticatedProcedure
      .output(done)
      .mutation(async ({ ctx: { session, principal, actor } }) => {
        await accounts.remove(principal.userId, actor);
        await session.actions.signOut();
        return { message: 'Your account is deleted.' };
      }),

    /** Lists the user's live sessions: the current one, then the others, newest sign-in first. */
    sessions: protectedProcedure
      .input(sessionPageInput.prefault({}))
      .output(sessionPage)
      .query(({ ctx: { principal }, input }) => ownSessionPageOf(layer, principal, input)),

    /** Ends another session of the user. */
    revokeSession: revalidatedProcedure
      .input(z.object({ sessionId: z.string().max(64) }))
      .output(done)
      .mutation(async ({ ctx: { principal, actor }, input: { sessionId } }) => {
        if (sessionId === principal.sessionId)
          throw refuse('conflict', {
            message: 'This is the session you are using: sign out instead.',
          });
        if (!(await layer.sessionOf(principal.userId, sessionId)))
          throw refuse('not_found', {
            message: 'You have no live session with this id. It may have ended already.',
          });
        await layer.revoke(sessionId, 'user_request', actor);
        return { message: 'The session has ended.' };
      }),

    /**
     * Ends the user's other sessions. The current access token becomes invalid too, and is
     * refreshed with the next request.
     */
    revokeOtherSessions: revalidatedProcedure
      .output(z.object({ ended: z.number() }))
      .mutation(async ({ ctx: { principal, actor } }) => {
        const ended = await layer.revokeUserSessions(principal.userId, 'user_request', actor, {
          except: principal.sessionId,
        });
        return { ended: ended.length };
      }),

    /** Lists the security events of the user's account, newest first. */
    securityEvents: protectedProcedure
      .input(pageInput.prefault({}))
      .output(auditPage)
      .query(async ({ ctx: { principal }, input }) =>
        auditPageOf(
          await auditLog.list({ ...input, userId: principal.userId }),
          input.limit,
          principal.userId,
        ),
      ),

    /** Streams the security events of the user's account as they happen. */
    watchSecurityEvents: protectedProcedure.input(resumeInput).subscription(async function* ({
      ctx: { principal, signal },
      input,
    }) {
      const { userId } = principal;
      for await (const { position, record } of tail.follow({
        after: input.lastEventId,
        userId,
        signal,
      }))
        yield tracked(String(position), auditViewOf(record, userId));
    }),
  });
}
