import { trpc } from '../../lib/trpc.ts';

/** What the list of sessions is asked with: its key in the cache. */
export const SESSIONS = { limit: 20 };

/** The person's sessions, this browser first, as far as they are loaded. */
export function useSessions() {
  const query = trpc.account.sessions.useInfiniteQuery(SESSIONS, {
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  return { query, sessions: query.data?.pages.flatMap(({ sessions }) => sessions) };
}
