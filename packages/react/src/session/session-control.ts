import type { QueryCacheNotifyEvent, QueryClient, QueryKey } from '@tanstack/react-query';
import type { HeldCalls } from '../links/held-calls.ts';
import type { Store } from '../store.ts';
import {
  isSignedIn,
  type Principal,
  personOf,
  type SessionAnswer,
  type SignedInAnswer,
  type SignedOutReason,
} from './session.ts';
import { joinTabs, type TabSync } from './tab-sync.ts';

/** Keeps the query cache in step with who is signed in, in this tab and in the others. */
export interface SessionControl {
  /**
   * Updates the cache after the server started a session for this browser, or changed what it may
   * show. Resolves when the server has answered `auth.session`. If that call came without cookies,
   * the reason is `cookies_blocked`.
   */
  signedIn(): Promise<void>;
  /** Updates the cache after the server ended the session of this browser. */
  signedOut(reason?: 'signed_out_here' | 'account_deleted'): void;
  /** Closes the page of an interrupted session, and refuses the calls that wait on it. */
  leave(): void;
  /** Asks the server whether the session is still valid. Only its answer ends the session here. */
  ask(): void;
  /**
   * Starts to watch the query cache and the other tabs; `LatchkeyProvider` calls it while it is
   * mounted.
   *
   * @returns a function that stops it
   */
  start(): () => void;
}

export interface SessionControlOptions {
  readonly queryClient: QueryClient;
  /** The last signed-in answer, while its page is still shown. */
  readonly onPage: Store<SignedInAnswer | null>;
  readonly held: HeldCalls;
  readonly sessionKey: QueryKey;
  readonly isSessionQuery: (query: { readonly queryHash: string }) => boolean;
}

/** Returns what changes if a user signs in again, or gets other claims. */
const sessionOf = ({ sessionId, claims }: Principal) => sessionId + JSON.stringify(claims);

/** True if an event brings data: fetched, set, hydrated or restored. */
function isAnswer(event: QueryCacheNotifyEvent): boolean {
  if (event.type === 'added') return event.query.state.data !== undefined;
  return event.type === 'updated' && /^(success|setState)$/.test(event.action.type);
}

/**
 * Creates the control, which watches the cache for answers of `auth.session`. If another user
 * signed in, everything that the last one fetched is removed. If the same user has another session,
 * or a changed one, the data stays and is fetched again. If the session is over, the page stays for
 * the same user to go on.
 */
export function createSessionControl({
  queryClient,
  onPage,
  held,
  sessionKey,
  isSessionQuery,
}: SessionControlOptions): SessionControl {
  /** Whether the page may be out of date even for the same user and session. */
  let changed = false;
  let tabs: TabSync | null = null;
  const isPrivate = (query: { readonly queryHash: string }) => !isSessionQuery(query);

  look();

  function start(): () => void {
    const leaveQueries = queryClient.getQueryCache().subscribe((event) => {
      if (isAnswer(event) && isSessionQuery(event.query)) look();
    });
    look();
    const joined = joinTabs((message) => {
      if (message === 'signed-out') forget('signed_out_elsewhere');
      else if (queryClient.getQueryData(sessionKey)) askAgain();
      else startOver();
    });
    tabs = joined;
    // Starts over on a page from the back/forward cache, which may belong to a user who has signed
    // out since.
    const restored = (event: PageTransitionEvent) => event.persisted && startOver();
    globalThis.window?.addEventListener('pageshow', restored);
    return () => {
      leaveQueries();
      joined.close();
      if (tabs === joined) tabs = null;
      globalThis.window?.removeEventListener('pageshow', restored);
    };
  }

  function look(): void {
    const answer = queryClient.getQueryData<SessionAnswer>(sessionKey);
    if (answer && isSignedIn(answer)) welcome(answer);
  }

  function welcome(answer: SignedInAnswer): void {
    const before: Principal | null = onPage.get()?.principal ?? null;
    const person = personOf(answer.principal) as string;
    if (before && personOf(before) !== person) giveUp();
    else if (changed || (before && sessionOf(before) !== sessionOf(answer.principal)))
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

  /** Removes all data of the last user, and sends no further calls for them. */
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
      tabs?.post('signed-in');
      changed = true;
      const before = queryClient.getQueryState(sessionKey)?.dataUpdateCount;
      await queryClient.refetchQueries({ queryKey: sessionKey });
      const after = queryClient.getQueryState<SessionAnswer>(sessionKey);
      if (after?.dataUpdateCount !== before && after?.data?.reason === 'no_credentials')
        queryClient.setQueryData(sessionKey, { ...after.data, reason: 'cookies_blocked' });
    },
    signedOut(reason = 'signed_out_here') {
      tabs?.post('signed-out');
      forget(reason);
    },
    leave() {
      forget(queryClient.getQueryData<SessionAnswer>(sessionKey)?.reason ?? null);
    },
    ask,
    start,
  };
}
