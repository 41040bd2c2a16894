import { type Browser, createBrowser } from '@latchkey/core/testing';
import { startNginx, type TestDatabase, testDatabase } from '@latchkey/test-services';
import { createTRPCClient, createWSClient, httpSubscriptionLink, wsLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { AppRouter } from '../api/router.ts';
import { processFixture, signIn, wait } from '../testing/process-fixture.ts';
import { type RequestCount, requestCount } from '../testing/request-count.ts';

const { start, advance, clock } = processFixture();
let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

/**
 * As in production (docs/deploy.md): connections to the nodes are kept, but for shorter than a node
 * that stops waits before it closes them; what has not reached a node goes to the other, and
 * nothing is sent twice that might have run.
 */
const balancer = (ports: readonly number[]) => (port: number) =>
  `
  map $http_upgrade $connection_header { default upgrade; '' ''; }
  upstream nodes { ${ports.map((node) => `server 127.0.0.1:${node} fail_timeout=1s;`).join(' ')} keepalive 16; keepalive_timeout 500ms; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://nodes;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_header;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_next_upstream error timeout;
      proxy_buffering off;
      add_header X-Node $upstream_addr always;
    }
  }`;

interface Tally {
  readonly failed: string[];
  readonly kinds: Map<string, number>;
  /** The nodes that nginx gave a request to, as `host:port`. */
  readonly nodes: Set<string>;
  /** Streams that were told of a fault after which they do not come back. */
  readonly broken: unknown[];
  /** How often streams began: once, and after each end. */
  began: number;
  /** Whose stream has told something. */
  readonly heard: Set<Browser>;
}

/** Asks and changes, again and again. */
async function load(
  browser: Browser,
  tally: Tally,
  answered: RequestCount,
  goOn: () => boolean,
): Promise<void> {
  for (let turn = 0; goOn(); turn++) {
    const kind = ['/dashboard', '/trpc/auth.session', '/refresh'][turn % 3] ?? '';
    const reply = await (kind === '/refresh' ? browser.post(kind) : browser.request(kind)).catch(
      (error: Error) => ({
        status: 0,
        body: String(error.cause),
        headers: new Headers(),
      }),
    );
    // Several where nginx had to try another.
    tally.nodes.add(reply.headers.get('x-node')?.split(', ').at(-1) ?? '');
    const isWell = reply.status === 200 && !reply.body.includes('"data":null');
    if (isWell) tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1);
    else tally.failed.push(`${kind} ${reply.status} ${reply.body}`);
    answered.count();
    /** The load is to be steady, not as much as the machine can take. */
    await wait(0.02);
  }
}

function stream(
  origin: string,
  browser: Browser,
  tally: Tally,
  over: 'sse' | 'websocket',
): () => void {
  const began = () => void tally.began++;
  const client =
    over === 'sse'
      ? createTRPCClient<AppRouter>({
          links: [
            httpSubscriptionLink({
              url: `${origin}/trpc`,
              EventSource,
              eventSourceOptions: () => ({ fetch: browser.fetch }),
            }),
          ],
        })
      : createTRPCClient<AppRouter>({
          links: [
            wsLink({
              client: createWSClient({
                url: `${origin.replace('http', 'ws')}/trpc`,
                WebSocket: connecting(browser),
                onOpen: began,
              }),
            }),
          ],
        });
  const { unsubscribe } = client.account.watchSecurityEvents.subscribe(
    {},
    {
      ...(over === 'sse' && { onStarted: began }),
      onError: (error) => tally.broken.push(error),
      onComplete: () => tally.broken.push('complete'),
      onData: () => tally.heard.add(browser),
    },
  );
  return unsubscribe;
}

/** A WebSocket with a browser's cookies, which takes those of the handshake. */
function connecting(browser: Browser) {
  return class extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { cookie: browser.send('/').cookieHeader } });
      this.on('upgrade', ({ headers }) => browser.receive(headers['set-cookie'] ?? []));
    }
  } as unknown as typeof globalThis.WebSocket;
}

it('rolling restarts behind nginx fail no request and end no session or stream', async () => {
  const variables = {
    DATABASE_URL: postgres.url,
    LATCHKEY_SECRET: Buffer.from('the secret of these tests, number 6').toString('base64url'),
    DRAIN_LEAD_SECONDS: '1',
    TRUST_PROXY: '1',
    LOG_LEVEL: 'warn',
  };
  const nodes = await Promise.all([
    start(variables, { clocked: true }),
    start(variables, { clocked: true }),
  ]);
  const nginx = await startNginx(balancer(nodes.map(({ port }) => port)));
  const origin = `http://localhost:${nginx.port}`;
  const tally: Tally = {
    failed: [],
    kinds: new Map(),
    nodes: new Set(),
    broken: [],
    began: 0,
    heard: new Set(),
  };
  const browsers = Array.from({ length: 12 }, () => createBrowser({ origin, clock: clock() }));
  for (const browser of browsers) expect((await signIn(browser)).status).toBe(200);

  let running = true;
  const answered = requestCount();
  const streams = browsers
    .slice(0, 4)
    .map((browser, index) => stream(origin, browser, tally, index % 2 === 0 ? 'sse' : 'websocket'));
  const work = browsers.map((browser) => load(browser, tally, answered, () => running));
  onTestFinished(async () => {
    running = false;
    for (const unsubscribe of streams) unsubscribe();
    await nginx.stop();
  });
  const each = browsers.length;
  await answered.more(3 * each);
  const codes: unknown[] = [];
  for (const index of [0, 1, 0, 1]) {
    const { port, kill } = nodes[index] ?? expect.fail();
    codes.push(await kill('SIGTERM'));
    nodes[index] = await start(variables, { clocked: true, port });
    // Every access token expires.
    await advance(60);
    await answered.more(15 * each);
    // The next node may stop only when nginx, which leaves a node alone after a fault, is back at
    // this one.
    tally.nodes.clear();
    while (!tally.nodes.has(`127.0.0.1:${port}`)) await answered.more(1);
  }
  running = false;
  await Promise.all(work);
  tally.heard.clear();
  // A stream that has heard nothing yet begins with what comes next, so one that is about to come
  // back hears of the next sign-in.
  const hearing = async () => {
    expect((await signIn(createBrowser({ origin, clock: clock() }))).status).toBe(200);
    return tally.heard.size;
  };
  await expect.poll(hearing, { timeout: 60_000, interval: 1_000 }).toBe(streams.length);
  const broken = [...tally.broken];

  expect(codes).toEqual([0, 0, 0, 0]);
  expect(tally.failed, nginx.errors()).toEqual([]);
  expect(broken).toEqual([]);
  for (const kind of ['/dashboard', '/trpc/auth.session', '/refresh'])
    expect(tally.kinds.get(kind)).toBeGreaterThan(100);
  expect(tally.began).toBeGreaterThan(4);
});
