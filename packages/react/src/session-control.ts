import type { QueryClient } from '@tanstack/react-query';
import type { HeldCalls } from './held-calls.ts';
import {
  isSessionQuery,
  isSignedIn,
  type Principal,
  personOf,
  type SessionAnswer,
  type SignedInAnswer,
  type SignedOutReason,
  sessionKey,
} from './session.ts';
import type { Store } from './store.ts';
import { joinTabs } from './tab-sync.ts';

/** Keeps the query cache true to whoever is signed in, in this tab and in the others. */
export interface SessionControl {
  /**
   * Call after the server started a session for this browser, or changed what it may show. Settles
   * when the server has said whose it is.
   */
  signedIn(): Promise<void>;
  /** Call after the server ended the session. */
  signedOut(reason?: 'signed_out_here' | 'account_deleted'): void;
  /** Gives up the page of an interrupted session, and every call that waits on it. */
  leave(): void;
  /**
   * Asks the server whether the session stands. Its answer decides, so a single odd refusal cannot
   * send anyone round in circles.
   */
  ask(): void;
  stop(): void;
}

export interface SessionControlOptions {
  readonly queryClient: QueryClient;
  /** The last answer that somebody was signed in, while their page is still shown. */
  readonly onPage: Store<SignedInAnswer | null>;
  readonly held: HeldCalls;
}

const isPrivate = (query: { readonly queryHash: string }) => !isSessionQuery(query);

/**
 * Watches the cache for answers of `auth.session`. Another person's empties it of everything the
 * last one had fetched; another session, or a changed one, of the same person keeps what is there
 * and asks for it again. That the session is over leaves the page as it is, for the same person to
 * go on.
 */
export function startSessionControl({
  queryClient,
  onPage,
  held,
}: SessionControlOptions): SessionControl {
  /** Whether what is on the page may be out of date, whoever the answer says is signed in. */
  let changed = false;

  const leaveQueries = queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success' || !isSessionQuery(event.query))
      return;
    const answer = event.query.state.data as SessionAnswer;
    if (isSignedIn(answer)) welcome(answer);
  });

  const tabs = joinTabs((message) => {
    if (message === 'signed-out') forget('signed_out_elsewhere');
    else if (queryClient.getQueryData(sessionKey)) askAgain();
    else startOver();
  });

  // A page restored by the Back button shows what it showed when it was left, whoever has signed
  // out since.
  const restored = (event: PageTransitionEvent) => event.persisted && startOver();
  globalThis.window?.addEventListener('pageshow', restored);

  function welcome(answer: SignedInAnswer): void {
    const before: Principal | null = onPage.get()?.principal ?? null;
    const person = personOf(answer.principal) as string;
    if (before && personOf(before) !== person) giveUp();
    else if (changed || (before && before.sessionId !== answer.principal.sessionId))
      void queryClient.invalidateQueries({ predicate: isPrivate });
    changed = false;
    onPage.set(answer);
    void held.settle(person);
  }

  function ask(): void {
    void queryClient.invalidateQueries({ queryKey: sessionKey, refetchType: 'all' });
  }

  function askAgain(): void {
    changed = true;
    ask();
  }

  /** Nothing of the last person stays, and nothing of theirs is still sent. */
  function giveUp(): void {
    onPage.set(null);
    held.refuseAll();
    queryClient.removeQueries({ predicate: isPrivate });
    queryClient.getMutationCache().clear();
  }

  function startOver(): void {
    giveUp();
    void queryClient.resetQueries({ queryKey: sessionKey });
  }

  function forget(reason: SignedOutReason): void {
    const last = queryClient.getQueryData<SessionAnswer>(sessionKey);
    if (!last) {
      startOver();
      return;
    }
    void queryClient.cancelQueries();
    queryClient.setQueryData(sessionKey, {
      ...last,
      principal: null,
      accessTokenSecondsLeft: null,
      reason,
    });
    giveUp();
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
    leave() {
      forget(queryClient.getQueryData<SessionAnswer>(sessionKey)?.reason ?? null);
    },
    ask,
    stop() {
      leaveQueries();
      tabs.close();
      globalThis.window?.removeEventListener('pageshow', restored);
    },
  };
}
