import { systemClock } from '@latchkey/core';
import { type Browser, createBrowser } from '@latchkey/core/testing';

/** The results of one honest browser during chaos. */
export interface ClientTally {
  readonly statuses: Map<number | 'unreachable', number>;
  /** Refresh tokens that the browser received: one for each rotation or sign-in. */
  readonly refreshTokens: Set<string>;
  /** Unexpected responses with 401 in the middle of a session. */
  readonly signedOut: string[];
  /** Other unexpected responses. */
  readonly unexpected: string[];
  /** Copies of the cookies of sessions whose sign-out was answered 200: they must stay refused. */
  readonly ended: Browser[];
}

export interface ChaosClient {
  readonly tally: ClientTally;
  /** Sends requests until `goOn` returns false. */
  run(goOn: () => boolean): Promise<void>;
  /**
   * Repeats one request that needs the store while it is answered 503, and returns the final
   * status.
   */
  settle(): Promise<number>;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface ChaosClientOptions {
  readonly username: string;
  /** Origins of the nodes; each request goes to one of them, as through a load balancer. */
  readonly origins: () => readonly string[];
  readonly random: () => number;
  /** Called with the outcome of each request. */
  readonly onStatus: (status: number | 'unreachable') => void;
}

/**
 * Creates a browser with tabs that sometimes loses its access cookie, sometimes signs out, and
 * otherwise stays signed in.
 */
export function chaosClient({
  username,
  origins,
  random,
  onStatus,
}: ChaosClientOptions): ChaosClient {
  const tally: ClientTally = {
    statuses: new Map(),
    refreshTokens: new Set(),
    signedOut: [],
    unexpected: [],
    ended: [],
  };
  const browser = createBrowser({
    origin: 'http://localhost',
    clock: systemClock,
    fetch: balanced,
  });
  let signedIn = false;

  /** Sends a request to another node if it never reached the first one, as a load balancer does. */
  async function balanced(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const nodes = [...origins()].sort(() => random() - 0.5);
    for (const [index, origin] of nodes.entries()) {
      try {
        const { pathname } = new URL(input instanceof Request ? input.url : input);
        return await fetch(origin + pathname, { ...init, signal: AbortSignal.timeout(20_000) });
      } catch (error) {
        const refused =
          ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
        if (!refused || index === nodes.length - 1) throw error;
      }
    }
    throw new Error('no node is running');
  }

  async function send(act: () => ReturnType<Browser['request']>): Promise<number | 'unreachable'> {
    const reply = await act().catch(() => null);
    const status = reply?.status ?? 'unreachable';
    tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
    onStatus(status);
    for (const cookie of reply?.setCookies ?? [])
      if (/^X-Refresh-Token=./.test(cookie)) tally.refreshTokens.add(cookie.split(';')[0] ?? '');
    if (status === 503 && reply?.headers.get('retry-after') === null)
      tally.unexpected.push('a 503 without Retry-After');
    // A 503 may set cookies, because cookies that were refreshed before the outage have to arrive.
    if (status === 503 && reply?.setCookies.some((cookie) => /^[^=]+=;/.test(cookie)))
      tally.unexpected.push(`a 503 that clears cookies: ${reply.body}`);
    if (typeof status === 'number' && ![200, 401, 503].includes(status))
      tally.unexpected.push(`${status} ${reply?.body}`);
    return status;
  }

  async function visit(): Promise<number | 'unreachable'> {
    const status = await send(() => browser.request('/dashboard'));
    if (status === 401) tally.signedOut.push(`${username}: 401 in the middle of a session`);
    return status;
  }

  async function signIn(): Promise<void> {
    signedIn =
      (await send(() => browser.post('/login', { username, password: 'password' }))) === 200;
  }

  async function signOut(): Promise<void> {
    const before = browser.copy();
    for (let attempt = 0; attempt < 50; attempt++) {
      if ((await send(() => browser.post('/logout'))) !== 200) {
        await wait(100);
        continue;
      }
      before.dropCookie('X-Access-Token');
      tally.ended.push(before);
      signedIn = false;
      return;
    }
    tally.unexpected.push('a sign-out never succeeded');
  }

  return {
    tally,

    async run(goOn) {
      while (goOn()) {
        if (!signedIn) await signIn();
        else {
          if (random() < 0.05) browser.dropCookie('X-Access-Token');
          const tabs = await Promise.all(
            Array.from({ length: 1 + Math.floor(random() * 3) }, visit),
          );
          if (tabs.every((status) => status === 200) && random() < 0.01) await signOut();
        }
        await wait(20 + random() * 150);
      }
    },

    async settle() {
      for (let attempt = 0; ; attempt++) {
        if (!signedIn) await signIn();
        browser.dropCookie('X-Access-Token');
        const status = signedIn ? await visit() : 503;
        if ((status !== 503 && status !== 'unreachable') || attempt > 100)
          return status === 'unreachable' ? 0 : status;
        await wait(100);
      }
    },
  };
}
