import { createStore, type Latchkey, type SessionAnswer, type Store } from '@latchkey/react';
import {
  afterAnswer,
  afterManualRefresh,
  NO_HISTORY,
  type SessionHistory,
} from './rotation-history.ts';

/**
 * The data of the session card. It is kept outside React, so that it receives every response on
 * every page.
 */
export const sessionHistory: Store<SessionHistory> = createStore(NO_HISTORY);

/**
 * Starts to record every response of `auth.session` that reaches the cache. The record is cleared
 * when the user's page is closed.
 */
export function startSessionMonitor({ queryClient, onPage, isSessionQuery }: Latchkey): void {
  onPage.subscribe(() => onPage.get() ?? sessionHistory.set(NO_HISTORY));
  queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success' || !isSessionQuery(event.query))
      return;
    const answer = event.query.state.data as SessionAnswer;
    if (!answer.principal) return;
    sessionHistory.set(afterAnswer(sessionHistory.get(), answer, performance.now()));
  });
}

/** Records that a call of `auth.refresh` succeeded. Query the session next. */
export function recordManualRefresh(): void {
  sessionHistory.set(afterManualRefresh(sessionHistory.get()));
}
