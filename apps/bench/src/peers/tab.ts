import type { Browser } from '@latchkey/core/testing';
import type { PeerKind } from './peer-process.ts';
import { accessTokenIn, bearer, QUERY, signIn } from './sign-in.ts';

/** A page that sends queries to its server. */
export interface Tab {
  /**
   * Sends a query, and refreshes the access token if the contestant's client does so.
   *
   * @returns the final status
   */
  query(): Promise<number>;
  /** Number of calls of this tab to `/refresh`. */
  readonly refreshCalls: number;
}

/** Opens the tabs of a browser; the first one has just signed in. */
export type OpenTabs = (browser: Browser, port: number) => Promise<Tab[]>;

/** Creates a tab that uses cookies alone: its page holds no credentials. */
export function cookieTab(kind: Exclude<PeerKind, 'bare' | 'jsonwebtoken' | 'dance'>): OpenTabs {
  return async (browser, port) => {
    await signIn(kind, browser, port);
    return [{ query: async () => (await browser.request(QUERY)).status, refreshCalls: 0 }];
  };
}

/**
 * Opens tabs with the textbook client: a request answered with 401 calls `/refresh` and is sent
 * once more.
 *
 * @param lock if set, the requests of one tab share a refresh under way; tabs share nothing
 */
export function danceTabs({
  tabs,
  lock,
}: {
  readonly tabs: number;
  readonly lock: boolean;
}): OpenTabs {
  return async (browser, port) => {
    const first = danceTab(browser, lock, await signIn('dance', browser, port));
    const others = Array.from({ length: tabs - 1 }, () => danceTab(browser, lock, ''));
    // A new tab has no access token yet, and fetches one with its first query.
    for (const tab of others) await tab.query();
    return [first, ...others];
  };
}

function danceTab(browser: Browser, lock: boolean, signedInWith: string): Tab {
  let accessToken = signedInWith;
  let [refreshCalls, underWay] = [0, null as Promise<boolean> | null];
  const ask = async () => (await browser.request(QUERY, { headers: bearer(accessToken) })).status;

  async function refresh(): Promise<boolean> {
    refreshCalls += 1;
    const reply = await browser.request('/refresh', { method: 'POST' });
    if (reply.status === 200) accessToken = accessTokenIn(reply.body);
    return reply.status === 200;
  }

  function sharedRefresh(): Promise<boolean> {
    underWay ??= refresh().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  return {
    get refreshCalls() {
      return refreshCalls;
    },
    async query() {
      const status = await ask();
      if (status !== 401) return status;
      return (await (lock ? sharedRefresh() : refresh())) ? ask() : 401;
    },
  };
}
