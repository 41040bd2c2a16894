import type { Browser } from '@latchkey/core/testing';
import { seededRandom } from '@latchkey/test-support';
import { faultOf } from '../measuring/fault-of.ts';
import type { MeasuredServer } from '../measuring/measured-server.ts';

/** Counts of the requests sent so far. */
export interface LoadTally {
  /** Number of requests sent, by kind. */
  readonly sent: Record<string, number>;
  /** Number of responses with 429, or with 503 `overloaded`: refusals, not errors. */
  refused: number;
  /** Unexpected responses. */
  readonly errors: string[];
}

type Act = (browser: Browser) => Promise<void>;

const NAMES = ['admin', 'bob'];
const EVENT_STREAM = { accept: 'text/event-stream' };
/** Malformed requests, each of which must be answered with a client error. */
const BAD: readonly (readonly [path: string, body: string, cookie?: string])[] = [
  ['/login', '{"username":'],
  ['/login', '{"username":{"$ne":null},"password":["x"]}'],
  ['/login', '['.repeat(5_000)],
  ['/trpc/auth.login', '{"__proto__":{"role":"Admin"}}'],
  ['/trpc/no.such.procedure', '{}'],
  ['/refresh', '{}', 'X-Refresh-Token=%E0%A4%A; X-Username=bob'],
  ['/dashboard%', '{}'],
];

/** Simulates users with every kind of request, each with a browser, until stopped. */
export function mixedLoad(
  server: MeasuredServer,
  { people, seed }: { people: number; seed: number },
) {
  const random = seededRandom(seed);
  const tally: LoadTally = { sent: {}, refused: 0, errors: [] };
  let running = true;

  /** Counts a response; `expected` tells whether its status is expected. */
  function judge(
    kind: string,
    status: number,
    body: string,
    expected: (status: number) => boolean,
  ): void {
    tally.sent[kind] = (tally.sent[kind] ?? 0) + 1;
    if (expected(status)) return;
    if (status === 429 || (status === 503 && body.includes('overloaded'))) tally.refused++;
    else tally.errors.push(`${kind}: ${status} ${body.slice(0, 200)}`);
  }
  const isOk = (status: number) => status === 200;
  const isTheirFault = (status: number) => status >= 400 && status < 500;

  const acts: Readonly<Record<string, { readonly weight: number; readonly act: Act }>> = {
    query: { weight: 40, act: (browser) => ask('query', browser, '/dashboard') },
    session: { weight: 20, act: (browser) => ask('session', browser, '/trpc/auth.session') },
    refresh: {
      weight: 10,
      async act(browser) {
        const { status, body } = await browser.post('/refresh');
        judge('refresh', status, body, isOk);
      },
    },
    'sign in': {
      weight: 2,
      async act() {
        const browser = server.browser();
        const { status, body } = await signIn(browser);
        judge('sign in', status, body, isOk);
        if (status === 200) judge('sign out', (await browser.post('/logout')).status, '', isOk);
      },
    },
    stream: {
      weight: 8,
      async act(browser) {
        const leave = new AbortController();
        const reply = await browser.fetch(`${server.origin}/trpc/account.watchSecurityEvents`, {
          headers: EVENT_STREAM,
          signal: leave.signal,
        });
        judge('stream', reply.status, '', isOk);
        await reply.body?.getReader().read();
        await wait(random() * 50);
        leave.abort();
      },
    },
    aborted: {
      weight: 20,
      async act(browser) {
        const signal = AbortSignal.timeout(Math.ceil(random() * 4));
        /**
         * The browser is discarded while its request is under way, as when a user closes the tab.
         */
        const flight = browser.send(random() < 0.5 ? '/dashboard' : '/trpc/auth.session', {
          signal,
        });
        tally.sent.aborted = (tally.sent.aborted ?? 0) + 1;
        await flight.arrive().catch(() => {});
      },
    },
    'bad input': {
      weight: 10,
      async act(browser) {
        const [path, body, cookie] = BAD[Math.floor(random() * BAD.length)] ?? ['/login', ''];
        const headers = {
          'content-type': 'application/json',
          ...(cookie !== undefined && { cookie }),
        };
        const reply = await (cookie === undefined ? browser.fetch : fetch)(server.origin + path, {
          method: 'POST',
          headers,
          body,
        });
        judge('bad input', reply.status, await reply.text(), isTheirFault);
      },
    },
  };
  const drawn = Object.values(acts).flatMap(({ weight, act }) =>
    Array.from({ length: weight }, () => act),
  );

  async function ask(kind: string, browser: Browser, path: string): Promise<void> {
    const { status, body } = await browser.request(path);
    judge(kind, status, body, (code) => isOk(code) && !body.includes('"data":null'));
  }

  const signIn = (browser: Browser) =>
    browser.post('/login', {
      username: NAMES[Math.floor(random() * NAMES.length)],
      password: 'password',
    });

  async function live(): Promise<void> {
    const browser = server.browser();
    await signIn(browser);
    /** Sends one request of each kind first, so that none is missing on a slow machine. */
    const first = Object.values(acts).map(({ act }) => act);
    while (running || first.length > 0) {
      const act = first.shift() ?? drawn[Math.floor(random() * drawn.length)];
      await act?.(browser).catch((error: Error) => tally.errors.push(faultOf(error)));
      await wait(random() * 20);
    }
  }

  const lives = Array.from({ length: people }, live);
  return {
    tally,
    async stop(): Promise<void> {
      running = false;
      await Promise.all(lives);
    },
  };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
