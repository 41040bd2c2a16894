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
 * Configures nginx as in production (docs/deploy.md). It keeps connections to the nodes for a
 * shorter time than a stopping node waits before it closes them. A request that has not reached a
 * node goes to the other one; a request that may already have run is not sent twice.
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
  /** The nodes to which nginx sent a request, as `host:port`. */
  readonly nodes: Set<string>;
  /** Errors after which a stream does not reconnect. */
  readonly broken: unknown[];
  /** How many times streams began: once, and again after each end. */
  began: number;
  /** The browsers whose stream has received an event. */
  readonly heard: Set<Browser>;
}

/** Sends read and refresh requests, again and again. */
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
    // The header names several nodes if nginx had to try another one.
    tally.nodes.add(reply.headers.get('x-node')?.split(', ').at(-1) ?? '');
    const isWell = reply.status === 200 && !reply.body.includes('"data":null');
    if (isWell) tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1);
    else tally.failed.push(`${kind} ${reply.status} ${reply.body}`);
    answered.count();
    /** Pauses for a steady load that does not exhaust the machine. */
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

/** Returns a WebSocket class that sends a browser's cookies, and stores those of the handshake. */
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
    // At this point every access token expires.
    await advance(60);
    await answered.more(15 * each);
    // nginx avoids a node for a while after a fault. The next node may stop only when nginx sends
    // requests to this one again.
    tally.nodes.clear();
    while (!tally.nodes.has(`127.0.0.1:${port}`)) await answered.more(1);
  }
  running = false;
  await Promise.all(work);
  tally.heard.clear();
  // A stream that has received no event yet starts with the next one, so a stream that is about to
  // reconnect receives the next sign-in.
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
