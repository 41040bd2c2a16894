import type { QueryClient } from '@tanstack/react-query';
import { statusOf } from '../api-error.ts';
import { joinTabs } from '../tab-sync.ts';
import { isSessionQuery, type SessionAnswer, type SignedOutReason, sessionKey } from './session.ts';

/** Keeps the query cache true to whoever is signed in, in this tab and in the others. */
export interface SessionControl {
  /** Call after the server signed someone in. Settles when the server has said who it is. */
  signedIn(): Promise<void>;
  /** Call after the server ended the session. */
  signedOut(): void;
  stop(): void;
}

/**
 * Watches the cache: another session's answer (or none) empties it of everything the last one had fetched, and a 401 on any query makes
 * it ask whether the session still stands. The server's answer decides, so a single odd refusal cannot send anyone round in circles.
 */
export function startSessionControl(queryClient: QueryClient): SessionControl {
  let current: string | null | undefined;

  const unsubscribe = queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated') return;
    const { query, action } = event;
    if (action.type === 'success' && isSessionQuery(query)) {
      const answered = (query.state.data as SessionAnswer).principal?.sessionId ?? null;
      if (current !== undefined && current !== answered) dropPrivate();
      current = answered;
    }
    if (action.type === 'error' && !isSessionQuery(query) && statusOf(action.error) === 401) void queryClient.invalidateQueries({ queryKey: sessionKey });
  });

  const tabs = joinTabs((message) => {
    if (message === 'signed-out') forget('signed_out_elsewhere');
    else startOver();
  });

  // A page restored by the Back button shows what it showed when it was left, whoever has signed out since.
  const restored = (event: PageTransitionEvent) => event.persisted && startOver();
  window.addEventListener('pageshow', restored);

  function dropPrivate(): void {
    queryClient.removeQueries({ predicate: (query) => !isSessionQuery(query) });
    queryClient.getMutationCache().clear();
  }

  function startOver(): void {
    dropPrivate();
    void queryClient.resetQueries({ queryKey: sessionKey });
  }

  function forget(reason: SignedOutReason): void {
    const last = queryClient.getQueryData<SessionAnswer>(sessionKey);
    if (last) {
      void queryClient.cancelQueries();
      queryClient.setQueryData(sessionKey, { ...last, principal: null, accessTokenSecondsLeft: null, reason });
    } else startOver();
  }

  return {
    async signedIn() {
      tabs.post('signed-in');
      await queryClient.refetchQueries({ queryKey: sessionKey });
    },
    signedOut() {
      tabs.post('signed-out');
      forget('signed_out_here');
    },
    stop() {
      unsubscribe();
      tabs.close();
      window.removeEventListener('pageshow', restored);
    },
  };
}
