import type { SessionLayer } from '@latchkey/core';
import { refuse } from '@latchkey/trpc';
import { z } from 'zod';
import { adminProcedure, freshAdminProcedure } from '../../trpc.ts';
import { sessionView, viewOf } from '../sessions/session-view.ts';
import { actorFor, done, id, statedReason } from './admin-input.ts';

export interface SessionProcedureDependencies {
  readonly layer: SessionLayer;
  readonly reauthenticationSeconds: number;
}

/** What administrators see of other people's sessions, and do to them. */
export function sessionProcedures({ layer, reauthenticationSeconds }: SessionProcedureDependencies) {
  return {
    sessions: adminProcedure
      .input(z.object({ userId: id }))
      .output(z.array(sessionView))
      .query(async ({ ctx, input }) => (await layer.sessionsOf(input.userId)).map((session) => viewOf(session, ctx.principal.sessionId))),

    revokeSession: adminProcedure
      .input(z.object({ sessionId: id, reason: statedReason }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        if (!(await layer.revoke(input.sessionId, 'administrator', actorFor(ctx.session, input.reason))))
          throw refuse('not_found', { message: 'There is no such session, or it has ended already.' });
        return { message: 'The session has ended.' };
      }),

    /** Signs a user out everywhere. */
    signOutUser: freshAdminProcedure(reauthenticationSeconds)
      .input(z.object({ userId: id, reason: statedReason }))
      .output(z.object({ ended: z.number() }))
      .mutation(async ({ ctx, input }) => ({ ended: (await layer.endAllOfUser(input.userId, 'administrator', actorFor(ctx.session, input.reason))).length })),
  };
}
