import type { SessionLayer } from '@latchkey/core';
import type { LiveSessionsPage, SqlLiveSessions } from '@latchkey/sql';
import { refuse } from '@latchkey/trpc';
import { z } from 'zod';
import { adminProcedure, recentlyAuthenticatedAdminProcedure } from '../../api/trpc.ts';
import { usernameOf } from '../accounts/account-rules.ts';
import { listedSession, listedSessionOf } from '../sessions/listed-session.ts';
import { sessionPage, sessionPageInput, sessionPageOf } from '../sessions/session-page.ts';
import { actorFor, done, id, limit, reasons, text } from './admin-input.ts';

export interface SessionProcedureDependencies {
  readonly layer: SessionLayer;
  /** Lists the sessions of all users; null where the session store cannot. */
  readonly liveSessions: SqlLiveSessions | null;
  readonly reauthenticationSeconds: number;
}

const namedListedSession = listedSession.extend({ userId: z.string(), username: z.string() });

/** Parses the cursor of a page of sessions; `null` for an invalid one. */
function cursorIn(text: string): LiveSessionsPage['after'] | null {
  const [, lastSeenAt, id] = /^(\d{1,15}) ([\w-]{1,64})$/.exec(text) ?? [];
  return lastSeenAt !== undefined && id !== undefined
    ? { lastSeenAt: Number(lastSeenAt), id }
    : null;
}

/** Procedures for the sessions of all users. */
export function sessionProcedures({
  layer,
  liveSessions,
  reauthenticationSeconds,
}: SessionProcedureDependencies) {
  return {
    /** Lists the live sessions of one user, newest sign-in first. */
    sessions: adminProcedure
      .input(sessionPageInput.extend({ userId: id }))
      .output(sessionPage)
      .query(({ ctx, input }) =>
        sessionPageOf(layer, input.userId, input, ctx.principal.sessionId),
      ),

    /**
     * Lists the sessions of all users, most recently used first. Pass `next` as `after` for the
     * next page. `search` is a prefix of usernames.
     */
    allSessions: adminProcedure
      .input(
        z.object({ search: text(64).optional(), after: text(300).optional(), limit }).prefault({}),
      )
      .output(z.object({ sessions: z.array(namedListedSession), next: z.string().nullable() }))
      .query(async ({ ctx, input: { search, after: cursor, limit } }) => {
        if (!liveSessions)
          throw refuse('conflict', {
            message:
              'Sessions are in Redis (REDIS_URL), which stores them by user: list the sessions of one user instead.',
          });
        const after = cursor === undefined ? undefined : cursorIn(cursor);
        if (after === null)
          throw refuse('invalid_input', { message: 'after: must be the `next` of a page.' });
        const found = await liveSessions.list(
          { search: search && usernameOf(search), after, limit: limit + 1 },
          layer.clock.now(),
        );
        const page = found.slice(0, limit);
        const last = page.at(-1);
        const sessions = page.map((session) => ({
          ...listedSessionOf(session, ctx.principal.sessionId),
          userId: session.userId,
          username: session.username,
        }));
        return {
          sessions,
          next: last && found.length > limit ? `${last.lastSeenAt} ${last.id}` : null,
        };
      }),

    revokeSession: adminProcedure
      .input(z.object({ sessionId: id, ...reasons }))
      .output(done)
      .mutation(async ({ ctx, input }) => {
        if (!(await layer.revoke(input.sessionId, 'administrator', actorFor(ctx, input))))
          throw refuse('not_found', {
            message: 'There is no live session with this id. It may have ended already.',
          });
        return { message: 'The session has ended.' };
      }),

    /** Ends all sessions of a user. */
    signOutUser: recentlyAuthenticatedAdminProcedure(reauthenticationSeconds)
      .input(z.object({ userId: id, ...reasons }))
      .output(z.object({ ended: z.number() }))
      .mutation(async ({ ctx, input }) => ({
        ended: (await layer.revokeUserSessions(input.userId, 'administrator', actorFor(ctx, input)))
          .length,
      })),
  };
}
