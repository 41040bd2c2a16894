import { systemClock } from '@latchkey/core';
import { type Browser, createBrowser } from '@latchkey/core/testing';
import {
  startPostgres,
  startRedis,
  type TestPostgres,
  type TestRedis,
} from '@latchkey/test-services';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { processFixture, signIn, wait } from '../testing/process-fixture.ts';
import { requestCount } from '../testing/request-count.ts';
import type { TestServer } from '../testing/start-app.ts';
import { startNodes, type TestNodes } from '../testing/start-nodes.ts';

const { start } = processFixture();
const SOON = { timeout: 60_000 };
/** Seconds after which a node polls for notices, whether or not it is notified of them. */
const POLL_SECONDS = 0.5;
const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 3').toString('base64url');

let postgres: TestPostgres;
let redis: TestRedis;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
});
afterAll(async () => {
  await postgres.stop();
  await redis.stop();
});

const settings = (variables: Record<string, string> = {}) => ({
  DATABASE_URL: postgres.url,
  LATCHKEY_SECRET,
  ...variables,
});

/** Sends 64 parallel requests with the cookies of one browser, to the nodes in turn. */
function balanced(browser: Browser, nodes: readonly TestServer[]) {
  const cookie = browser.send('/').cookieHeader;
  return Array.from({ length: 64 }, (_, n) =>
    fetch(`${nodes[n % nodes.length]?.origin}/dashboard`, { headers: { cookie } }),
  );
}

describe.each(['PostgreSQL', 'Redis'])('two nodes on one %s', (name) => {
  let deployment: TestNodes;
  let nodes: readonly TestServer[];
  let first: TestServer;
  beforeAll(async () => {
    deployment = await startNodes(
      2,
      settings({ ACCESS_TOKEN_SECONDS: '2', ...(name === 'Redis' && { REDIS_URL: redis.url }) }),
    );
    nodes = [...deployment];
    first = deployment.node(0);
  });
  afterAll(() => deployment.close());

  it('two nodes serve 64 parallel requests with one expired token by one rotation', async () => {
    const browser = first.browser();
    await signIn(browser);
    for (let lifetime = 0; lifetime < 3; lifetime++) {
      browser.dropCookie('X-Access-Token');
      const replies = await Promise.all(balanced(browser, nodes));
      expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
      const tokens = replies.flatMap((reply) =>
        reply.headers.getSetCookie().filter((cookie) => cookie.startsWith('X-Refresh-Token')),
      );
      expect(new Set(tokens.map((cookie) => cookie.split(';')[0])).size).toBe(1);
      expect((await browser.request('/dashboard')).status).toBe(200);
      await deployment.pass(2);
    }
  });

  it('a sign-out on one node also ends the session on the other', async () => {
    const browser = first.browser();
    await signIn(browser);
    const { cookieHeader } = browser.send('/');
    await browser.post('/logout');
    const headers = { cookie: cookieHeader.replace(/X-Access-Token=[^;]+; /, '') };
    expect((await fetch(`${deployment.node(1).origin}/dashboard`, { headers })).status).toBe(401);
  });

  it('two nodes count password guesses together', async () => {
    const guess = async (n: number) =>
      (
        await nodes[n % 2]
          ?.browser()
          .post('/login', { username: `guessed ${name}`, password: 'wrong' })
      )?.status;
    const statuses = await Promise.all(Array.from({ length: 30 }, (_, n) => guess(n)));
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });
});

describe('sessions in Redis', () => {
  let nodes: TestNodes | undefined;
  afterEach(async () => {
    await nodes?.close();
    nodes = undefined;
  });
  const inRedis = async () => {
    nodes = await startNodes(1, settings({ REDIS_URL: redis.url }));
    return nodes.node(0);
  };
  const status = async (browser: Browser) => {
    browser.dropCookie('X-Access-Token');
    return (await browser.request('/dashboard')).status;
  };

  it('revoked sessions stay revoked when Redis restores an old snapshot', async () => {
    const server = await inRedis();
    const [ended, kept] = [server.browser(), server.browser()];
    for (const browser of [ended, kept]) await signIn(browser);
    const backup = new Redis(redis.url);
    const keys = await backup.keys('latchkey:*');
    const dumps = await Promise.all(
      keys.map(async (key) => [key, await backup.dumpBuffer(key)] as const),
    );
    const copy = ended.copy();
    expect((await ended.post('/logout')).status).toBe(200);
    await backup.flushall();
    expect(await status(kept)).toBe(401);
    for (const [key, dump] of dumps) if (dump) await backup.restore(key, 0, dump);
    await backup.quit();
    expect(await status(copy)).toBe(401);
    expect(await status(kept)).toBe(200);
  });

  it('a Redis outage answers 503 to refreshes, keeps cookies, and recovers by itself', async () => {
    const server = await inRedis();
    const [waiting, valid] = [server.browser(), server.browser()];
    for (const browser of [waiting, valid]) await signIn(browser);
    const before = waiting.cookies().get('X-Refresh-Token');
    const readiness = async () => (await fetch(`${server.origin}/readyz`)).status;
    await redis.kill();
    expect(await status(waiting)).toBe(503);
    expect(waiting.cookies().get('X-Refresh-Token')).toBe(before);
    expect((await valid.request('/dashboard')).status).toBe(200);
    expect(await readiness()).toBe(503);
    expect((await valid.post('/logout')).status).toBe(503);
    await redis.restart();
    await expect.poll(readiness, SOON).toBe(200);
    expect(await status(waiting)).toBe(200);
  });
});

describe('two nodes whose clocks differ by ten minutes', () => {
  const claimsOf = (token: string): { iat: number; exp: number } =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

  /** Runs in real time with short lifetimes, because the clocks of the machines are the subject. */
  it("nodes with different machine clocks follow the database's clock", async () => {
    const nodes = await Promise.all(
      [-300, 300].map((skewSeconds) =>
        start(settings({ ACCESS_TOKEN_SECONDS: '0.5', LOG_LEVEL: 'warn' }), { skewSeconds }),
      ),
    );
    const browser = createBrowser({ origin: nodes[0]?.origin ?? '', clock: systemClock });
    await signIn(browser);
    const [statuses, tokens] = [new Set<number>(), new Set<string>()];
    for (; tokens.size < 5; await wait(0.02)) {
      for (const [index, { origin }] of nodes.entries()) {
        if (index === 0) statuses.add((await browser.request('/dashboard')).status);
        else
          statuses.add(
            (
              await fetch(`${origin}/dashboard`, {
                headers: { cookie: browser.send('/').cookieHeader },
              })
            ).status,
          );
      }
      /** The token may expire at this moment. */
      const token = browser.cookies().get('X-Access-Token');
      if (token === undefined) continue;
      tokens.add(token);
      const { iat, exp } = claimsOf(token);
      expect(exp - iat).toBeCloseTo(0.5, 3);
      expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(60);
    }
    expect(statuses).toEqual(new Set([200]));
    for (const [index, { output }] of nodes.entries())
      expect(output()).toMatch(
        new RegExp(
          `"event":"clock.corrected","bySeconds":${index === 0 ? '(299|300)' : '-(299|300)'}`,
        ),
      );
  });
});

describe('PostgreSQL killed repeatedly under load', () => {
  it('a server answers 503 with Retry-After while PostgreSQL is down, and every cookie works afterwards', async () => {
    /**
     * Uses the timeouts of a server behind a proxy, which keeps connections longer than any round
     * takes.
     */
    const nodes = await startNodes(1, settings({ ACCESS_TOKEN_SECONDS: '60', TRUST_PROXY: '1' }));
    const { origin } = nodes.node(0);
    const clients = Array.from({ length: 8 }, () => nodes.browser());
    for (const client of clients) expect((await signIn(client)).status).toBe(200);
    const statuses = new Set<number>();
    const odd: string[] = [];
    let running = false;
    onTestFinished(async () => {
      running = false;
      await nodes.close();
    });

    for (let round = 0; round < 3; round++) {
      running = true;
      const [served, refused] = [requestCount(), requestCount()];
      const work = clients.map(async (client) => {
        while (running) {
          const reply = await client.request('/dashboard');
          statuses.add(reply.status);
          // The response may set cookies: a token that was refreshed before the database stopped
          // has to be delivered.
          const clears = reply.setCookies.some((cookie) => /^[^=]+=;/.test(cookie));
          if (reply.status === 503 && (reply.headers.get('retry-after') !== '1' || clears))
            odd.push('a 503 without Retry-After, or one that clears cookies');
          (reply.status === 503 ? refused : served).count();
        }
      });
      await served.more(5 * clients.length);
      await nodes.pass(60);
      await served.more(clients.length / 2);
      await postgres.kill();
      await nodes.pass(60);
      await refused.more(5 * clients.length);
      expect((await fetch(`${origin}/readyz`)).status).toBe(503);
      await postgres.restart();
      running = false;
      await Promise.all(work);
      for (const client of clients) {
        client.dropCookie('X-Access-Token');
        expect((await client.request('/dashboard')).status).toBe(200);
      }
      await nodes.pass(POLL_SECONDS);
      expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    }
    expect(statuses).toEqual(new Set([200, 503]));
    expect(odd).toEqual([]);
  });
});
