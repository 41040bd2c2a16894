import type { QueryClient } from '@tanstack/react-query';
import { reasonOf, statusOf } from '../api-error.ts';
import { joinTabs } from '../tab-sync.ts';
import { isSessionQuery, type Principal, personOf, type SessionAnswer, type SignedOutReason, sessionKey } from './session.ts';

/** Keeps the query cache true to whoever is signed in, in this tab and in the others. */
export interface SessionControl {
  /** Call after the server started a session for this browser, or changed what it may show. Settles when the server has said whose it is. */
  signedIn(): Promise<void>;
  /** Call after the server ended the session. */
  signedOut(reason?: 'signed_out_here' | 'account_deleted'): void;
  stop(): void;
}

const isPrivate = (query: { readonly queryHash: string }) => !isSessionQuery(query);

/**
 * Watches the cache: another person's answer (or nobody's) empties it of everything the last one had fetched; another session, or a changed one, of the same
 * person keeps what is there and asks for it again. A 401 on any call makes it ask whether the session still stands. The server's answer
 * decides, so a single odd refusal cannot send anyone round in circles.
 */
export function startSessionControl(queryClient: QueryClient): SessionControl {
  let current: Principal | null | undefined;
  /** Whether what is on the page may be out of date, whoever the answer says is signed in. */
  let changed = false;

  const leaveQueries = queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated') return;
    const { query, action } = event;
    if (action.type === 'success' && isSessionQuery(query)) answered((query.state.data as SessionAnswer).principal);
    if (action.type === 'error' && !isSessionQuery(query)) doubt(action.error);
  });
  const leaveMutations = queryClient.getMutationCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'error') doubt(event.action.error);
  });

  const tabs = joinTabs((message) => {
    if (message === 'signed-out') forget('signed_out_elsewhere');
    else if (queryClient.getQueryData(sessionKey)) askAgain();
    else startOver();
  });

  // A page restored by the Back button shows what it showed when it was left, whoever has signed out since.
  const restored = (event: PageTransitionEvent) => event.persisted && startOver();
  window.addEventListener('pageshow', restored);

  function answered(principal: Principal | null): void {
    const before = current;
    current = principal;
    if (before === undefined) return;
    if (personOf(before) !== personOf(principal)) dropPrivate();
    else if (changed || before?.sessionId !== principal?.sessionId) void queryClient.invalidateQueries({ predicate: isPrivate });
    changed = false;
  }

  /** A wrong password is a 401 too, and says nothing about the session. */
  function doubt(error: unknown): void {
    if (statusOf(error) === 401 && reasonOf(error) !== 'invalid_credentials') ask();
  }

  function ask(): void {
    void queryClient.invalidateQueries({ queryKey: sessionKey });
  }

  function askAgain(): void {
    changed = true;
    ask();
  }

  function dropPrivate(): void {
    queryClient.removeQueries({ predicate: isPrivate });
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
      changed = true;
      await queryClient.refetchQueries({ queryKey: sessionKey });
    },
    signedOut(reason = 'signed_out_here') {
      tabs.post('signed-out');
      forget(reason);
    },
    stop() {
      leaveQueries();
      leaveMutations();
      tabs.close();
      window.removeEventListener('pageshow', restored);
    },
  };
}
