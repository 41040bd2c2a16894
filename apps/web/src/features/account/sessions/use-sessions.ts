import { trpc } from '../../../lib/trpc.ts';

/** The input of the query of sessions, which is also its key in the cache. */
export const SESSIONS_INPUT = { limit: 20 };

/** Returns the loaded sessions of the user, the current one first. */
export function useSessions() {
  const query = trpc.account.sessions.useInfiniteQuery(SESSIONS_INPUT, {
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  return { query, sessions: query.data?.pages.flatMap(({ sessions }) => sessions) };
}
