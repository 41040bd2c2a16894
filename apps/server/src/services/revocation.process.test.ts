import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, createBrowser } from '@latchkey/core/testing';
import {
  type TestDatabase,
  type TestRedisDatabase,
  testDatabase,
  testRedis,
} from '@latchkey/test-services';
import { type TcpProxy, tcpProxy } from '@latchkey/test-support';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { commandLine } from '../testing/command-line.ts';
import { signIn } from '../testing/process-fixture.ts';
import type { TestServer } from '../testing/start-app.ts';
import { startNodes, type TestNodes } from '../testing/start-nodes.ts';
import { caller } from '../testing/trpc-caller.ts';

const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 3').toString('base64url');
const SOON = { timeout: 20_000, interval: 10 };
/** Seconds after which a node polls for notices, whether or not it is notified of them. */
const POLL_SECONDS = 0.5;
const PASSWORD = 'lantern otter seventeen brick';

let postgres: TestDatabase;
let redis: TestRedisDatabase;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([testDatabase(), testRedis()]);
});
afterAll(async () => {
  await postgres.drop();
  await redis.drop();
});

const settings = (variables: Record<string, string> = {}) => ({
  DATABASE_URL: postgres.url,
  LATCHKEY_SECRET,
  ACCESS_TOKEN_SECONDS: '600',
  ...variables,
});

async function newUser(of: TestServer, username: string): Promise<Browser> {
  const browser = of.browser();
  const { status } = await caller(browser).mutate('account.signUp', {
    username,
    password: PASSWORD,
  });
  expect(status).toBe(200);
  return browser;
}
/**
 * Sends the browser's access token alone, with which nothing can be refreshed, and returns the
 * response.
 */
const withAccessToken = (browser: Browser, { origin }: TestServer) =>
  fetch(`${origin}/dashboard`, {
    headers: { authorization: `Bearer ${browser.cookies().get('X-Access-Token')}` },
  });
const statuses = (browser: Browser, nodes: readonly TestServer[]) =>
  Promise.all(nodes.map(async (each) => (await withAccessToken(browser, each)).status));
/** Waits until nodes refuse a browser, and lets their clocks go on to the poll of a woken node. */
const isRefusedBy = (browser: Browser, nodes: readonly TestServer[], { pass }: TestNodes) =>
  vi.waitFor(async () => {
    await pass(POLL_SECONDS / 5);
    expect(await statuses(browser, nodes)).toEqual(nodes.map(() => 401));
  }, SOON);
/** Returns the same browser, whose next requests go to another node. */
function elsewhere(browser: Browser, { origin, clock }: TestServer): Browser {
  const copy = createBrowser({ origin, clock });
  for (const [name, value] of browser.cookies()) copy.setCookie(name, value);
  return copy;
}
/** Returns an address by way of a proxy that can cut the connection. */
function behind({ port }: TcpProxy, address: string): string {
  const url = new URL(address);
  url.port = String(port);
  return url.href;
}
const eventsOf = ({ rawLog }: TestServer) => rawLog().match(/"event":"feed\.\w+"/g) ?? [];

describe.each(['PostgreSQL', 'Redis', 'SQLite'])(
  'revocations on three nodes with one %s',
  (name) => {
    let folder: string;
    let variables: Record<string, string>;
    let deployment: TestNodes;
    let nodes: readonly TestServer[];
    let first: TestServer;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'latchkey-revocation-'));
      variables =
        {
          PostgreSQL: {},
          Redis: { REDIS_URL: redis.url },
          SQLite: { DATABASE_URL: `file:${join(folder, 'shared.db')}` },
        }[name] ?? {};
      deployment = await startNodes(3, settings(variables));
      nodes = [...deployment];
      first = deployment.node(0);
    });
    afterAll(async () => {
      await deployment.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const isRefused = (browser: Browser) => isRefusedBy(browser, nodes, deployment);

    it('all nodes refuse the access token of a session that was signed out on one', async () => {
      const browser = await newUser(first, `out-${name}`.toLowerCase());
      const copy = browser.copy();
      expect(await statuses(copy, nodes)).toEqual([200, 200, 200]);
      expect((await browser.post('/logout')).status).toBe(200);
      expect((await withAccessToken(copy, first)).status).toBe(401);
      await isRefused(copy);
    });

    it('all nodes refuse every session of a user who is disabled on one', async () => {
      const [one, other] = [await newUser(first, `off-${name}`.toLowerCase()), first.browser()];
      await other.post('/login', { username: `off-${name}`, password: PASSWORD });
      const admin = first.browser();
      await signIn(admin, 'admin');
      const { data } = await caller(admin).query<{ users: { id: string }[] }>('admin.users', {
        search: `off-${name}`.toLowerCase(),
      });
      expect(
        (await caller(admin).mutate('admin.disableUser', { userId: data?.users[0]?.id })).status,
      ).toBe(200);
      for (const browser of [one, other]) await isRefused(browser);
      expect(await statuses(admin, nodes)).toEqual([200, 200, 200]);
    });

    it("all nodes serve the browser that changed its password, and refuse the user's other sessions", async () => {
      const username = `pass-${name}`.toLowerCase();
      const [acting, other] = [await newUser(first, username), first.browser()];
      await other.post('/login', { username, password: PASSWORD });
      const before = elsewhere(acting, first);
      expect(
        (
          await caller(acting).mutate('account.changePassword', {
            currentPassword: PASSWORD,
            newPassword: `${PASSWORD}s`,
          })
        ).status,
      ).toBe(200);
      const cookie = before.send('/').cookieHeader;
      const replies = await Promise.all(
        Array.from({ length: 64 }, (_, n) =>
          fetch(`${nodes[n % 3]?.origin}/dashboard`, { headers: { cookie } }),
        ),
      );
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await statuses(acting, nodes)).toEqual([200, 200, 200]);
      await isRefused(other);
      await isRefused(before);
      for (const each of nodes)
        expect((await elsewhere(acting, each).request('/dashboard')).status).toBe(200);
    });

    it("all nodes receive the revocations of an operator's command", async () => {
      const browser = await newUser(first, `cli-${name}`.toLowerCase());
      const { code } = await commandLine(
        `sessions revoke --user cli-${name}`.toLowerCase(),
        settings(variables),
        { clock: deployment.clock },
      );
      expect(code).toBe(0);
      await isRefused(browser);
    });

    it("ending a user's other sessions ends them on all nodes, and keeps the current browser signed in", async () => {
      const username = `several-${name}`.toLowerCase();
      const [acting, other] = [await newUser(first, username), first.browser()];
      await other.post('/login', { username, password: PASSWORD });
      expect(await caller(acting).mutate('account.revokeOtherSessions')).toMatchObject({
        status: 200,
        data: { ended: 1 },
      });
      for (let round = 0; round < 5; round++)
        for (const each of nodes)
          expect((await elsewhere(acting, each).request('/dashboard')).status).toBe(200);
      for (const query of ['account.sessions', 'account.securityEvents', 'auth.session'])
        expect((await caller(acting).query(query)).status).toBe(200);
      await isRefused(other);
    });
  },
);

describe('a node that is cut off', () => {
  let proxy: TcpProxy;
  let nodes: TestNodes;
  afterEach(async () => {
    await nodes.close();
    await proxy.close();
  });
  const startBoth = async (far: Record<string, string>, near: Record<string, string> = {}) => {
    nodes = await startNodes(2, settings(), [far, near]);
    return [nodes.node(0), nodes.node(1)] as const;
  };

  it('a node cut off from the database answers 503 after five seconds, and catches up', async () => {
    proxy = await tcpProxy(Number(new URL(postgres.url).port));
    const [far, near] = await startBoth({ DATABASE_URL: behind(proxy, postgres.url) });
    const [doomed, other] = [await newUser(near, 'doomed'), await newUser(near, 'unharmed')];
    const copy = doomed.copy();
    expect([await statuses(copy, [far]), await statuses(other, [far])]).toEqual([[200], [200]]);
    proxy.cut();
    await doomed.post('/logout');
    expect(await statuses(copy, [near, far])).toEqual([401, 200]);
    for (let seconds = POLL_SECONDS; seconds < 5; seconds += POLL_SECONDS) {
      await nodes.pass(POLL_SECONDS);
      expect(await statuses(copy, [far])).toEqual([200]);
    }
    await nodes.pass(POLL_SECONDS);
    expect(await statuses(copy, [near, far])).toEqual([401, 503]);
    const reply = await elsewhere(other, far).request('/dashboard');
    expect([reply.status, reply.headers.get('retry-after'), reply.setCookies]).toEqual([
      503,
      '1',
      [],
    ]);
    expect((await far.browser().request('/openapi.json')).status).toBe(200);
    proxy.heal();
    await nodes.pass(POLL_SECONDS);
    expect([await statuses(other, [far]), await statuses(copy, [far])]).toEqual([[200], [401]]);
    expect(eventsOf(far)).toEqual(['"event":"feed.stale"', '"event":"feed.up_to_date"']);
    expect(eventsOf(near)).toEqual([]);
  });

  it('a node cut off from Redis receives revocations from the database', async () => {
    proxy = await tcpProxy(redis.port);
    const [far, near] = await startBoth(
      { REDIS_URL: behind(proxy, redis.url) },
      { REDIS_URL: redis.url },
    );
    const browser = await newUser(near, 'quick');
    const copy = browser.copy();
    expect(await statuses(copy, [far])).toEqual([200]);
    proxy.cut();
    await browser.post('/logout');
    await isRefusedBy(copy, [near, far], nodes);
    for (let seconds = 0; seconds < 6; seconds += POLL_SECONDS) await nodes.pass(POLL_SECONDS);
    expect(eventsOf(far)).toEqual([]);
  });
});
