import type { SessionLayer } from '@latchkey/core';
import type { LiveSessionsCursor, SqlLiveSessions } from '@latchkey/sql';
import { refuse } from '@latchkey/trpc';
import { z } from 'zod';
import { adminProcedure, recentlyAuthenticatedAdminProcedure } from '../../api/trpc.ts';
import { usernameOf } from '../accounts/account-rules.ts';
import type { UserLists } from '../accounts/search/user-lists.ts';
import { listedSession, listedSessionOf } from '../sessions/listed-session.ts';
import { sessionPage, sessionPageInput, sessionPageOf } from '../sessions/session-page.ts';
import { actorFor, done, id, limit, reasons, text, textMatch } from './admin-input.ts';

export interface SessionProcedureDependencies {
  readonly layer: SessionLayer;
  /** Lists the sessions of all users; null where the session store cannot. */
  readonly liveSessions: SqlLiveSessions | null;
  readonly userLists: UserLists;
  readonly reauthenticationSeconds: number;
}

/** The largest number of users whose sessions are found by their ids. */
const MOST_USERS = 1_000;

const namedListedSession = listedSession.extend({ userId: z.string(), username: z.string() });

/** Parses the cursor of a page of sessions; `null` for an invalid one. */
function cursorIn(text: string): LiveSessionsCursor | null {
  const [, createdAt, id] = /^(\d{1,15}) ([\w-]{1,64})$/.exec(text) ?? [];
  return createdAt !== undefined && id !== undefined ? { createdAt: Number(createdAt), id } : null;
}

/** Procedures for the sessions of all users. */
export function sessionProcedures({
  layer,
  liveSessions,
  userLists,
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
     * Lists the sessions of all users, the newest sign-in first. Pass `next` as `after` for the next
     * page. `partial` says that the search stopped before the page was full, because it had looked
     * at many sessions: go on at `next`.
     */
    allSessions: adminProcedure
      .input(
        z.object({ search: text(64).optional(), after: text(300).optional(), limit }).prefault({}),
      )
      .output(
        z.object({
          sessions: z.array(namedListedSession),
          next: z.string().nullable(),
          partial: z.boolean(),
          /** Where in usernames the text was searched for; null without a text. */
          match: textMatch.nullable(),
        }),
      )
      .query(async ({ ctx, input: { search, after: cursor, limit } }) => {
        if (!liveSessions)
          throw refuse('conflict', {
            message:
              'Sessions are in Redis (REDIS_URL), which stores them by user: list the sessions of one user instead.',
          });
        const after = cursor === undefined ? undefined : cursorIn(cursor);
        if (after === null)
          throw refuse('invalid_input', { message: 'after: must be the `next` of a page.' });
        const name = search && usernameOf(search);
        const wanted = name ? await userLists.find(name, MOST_USERS) : null;
        const { sessions, next, isPartial } = await liveSessions.list(
          {
            userIds: wanted?.ids ?? undefined,
            /** Where more users match, the newest sessions are looked through. */
            username: name && wanted ? { text: name, match: wanted.match } : undefined,
            after,
            limit,
          },
          layer.clock.now(),
        );
        return {
          sessions: sessions.map((session) => ({
            ...listedSessionOf(session, ctx.principal.sessionId),
            userId: session.userId,
            username: session.username,
          })),
          next: next && `${next.createdAt} ${next.id}`,
          partial: isPartial,
          match: wanted?.match ?? null,
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
