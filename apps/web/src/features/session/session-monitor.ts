import {
  createStore,
  isSessionQuery,
  type Latchkey,
  type SessionAnswer,
  type Store,
} from '@latchkey/react';
import type { QueryClient } from '@tanstack/react-query';
import { afterAnswer, afterAsking, NO_HISTORY, type SessionHistory } from './rotation-history.ts';

/**
 * The session card's memory: outside React, so that it sees every answer at the moment it arrives,
 * whichever page is shown.
 */
export const sessionHistory: Store<SessionHistory> = createStore(NO_HISTORY);

/**
 * Starts to note every answer of `auth.session` that reaches the cache, and forgets them with the
 * page they belong to.
 */
export function startSessionMonitor(queryClient: QueryClient, { onPage }: Latchkey): void {
  onPage.subscribe(() => onPage.get() ?? sessionHistory.set(NO_HISTORY));
  queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success' || !isSessionQuery(event.query))
      return;
    const answer = event.query.state.data as SessionAnswer;
    if (!answer.principal) return;
    sessionHistory.set(afterAnswer(sessionHistory.get(), answer, performance.now()));
  });
}

/** Notes that `auth.refresh` did its work. Ask for the session next. */
export function noteRefresh(): void {
  sessionHistory.set(afterAsking(sessionHistory.get()));
}
