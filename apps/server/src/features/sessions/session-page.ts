import type { Principal, SessionCursor, SessionLayer } from '@latchkey/core';
import { refuse } from '@latchkey/trpc';
import { z } from 'zod';
import { limit, text } from '../admin/admin-input.ts';
import { listedSession, listedSessionOf } from './listed-session.ts';

/**
 * The input that selects a page of a user's sessions: `cursor` is the `nextCursor` of the previous
 * page.
 */
export const sessionPageInput = z.object({ limit, cursor: text(300).optional() });

/**
 * The schema of a page of sessions. A page may be shorter than `limit`: only `nextCursor` says
 * whether the list is complete.
 */
export const sessionPage = z.object({
  sessions: z.array(listedSession),
  nextCursor: z.string().nullable(),
});

type Pages = Pick<SessionLayer, 'sessionOf' | 'sessionsOf'>;
type Which = z.output<typeof sessionPageInput>;

/**
 * Returns one page of a user's live sessions, newest sign-in first; `currentSessionId` is marked.
 */
export async function sessionPageOf(
  layer: Pages,
  userId: string,
  { limit, cursor }: Which,
  currentSessionId: string | null,
): Promise<z.output<typeof sessionPage>> {
  const after = cursor === undefined ? undefined : sessionCursorIn(cursor);
  if (after === null)
    throw refuse('invalid_input', { message: 'cursor: must be the `nextCursor` of a page.' });
  const { sessions, next } = await layer.sessionsOf(userId, { limit, after });
  return {
    sessions: sessions.map((session) => listedSessionOf(session, currentSessionId)),
    nextCursor: next && `${next.createdAt} ${next.id}`,
  };
}

/**
 * Returns one page of the caller's own sessions: the current session comes first on the first page,
 * however old, and on no other page.
 */
export async function ownSessionPageOf(
  layer: Pages,
  { userId, sessionId }: Principal,
  which: Which,
): Promise<z.output<typeof sessionPage>> {
  const [page, current] = await Promise.all([
    sessionPageOf(layer, userId, which, sessionId),
    which.cursor === undefined ? layer.sessionOf(userId, sessionId) : null,
  ]);
  const others = page.sessions.filter(({ current }) => !current);
  return { ...page, sessions: current ? [listedSessionOf(current, sessionId), ...others] : others };
}

/** Parses the cursor of a page of sessions; `null` for any other text. */
export function sessionCursorIn(text: string): SessionCursor | null {
  const [, createdAt, id] = /^(\d{1,15}) ([\w-]{1,64})$/.exec(text) ?? [];
  return createdAt !== undefined && id !== undefined ? { createdAt: Number(createdAt), id } : null;
}
