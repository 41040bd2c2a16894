import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@latchkey/core';
import { type Browser, createBrowser } from '@latchkey/core/testing';
import { type TcpProxy, tcpProxy } from '@latchkey/core/testing/internal';
import { type TestDatabase, type TestRedisDatabase, testDatabase, testRedis } from '@latchkey/test-services';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { processFixture, signIn, wait } from './testing/process-fixture.ts';
import { runCli } from './testing/run-cli.ts';
import { type ServerProcess, startedServer } from './testing/start-process.ts';
import { caller } from './testing/trpc-caller.ts';

const LATCHKEY_SECRET = Buffer.alloc(32, 3).toString('base64url');
const SOON = { timeout: 10_000, interval: 10 };
const PASSWORD = 'lantern otter seventeen brick';

const { start } = processFixture();
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
  LOG_LEVEL: 'info',
  ACCESS_TOKEN_SECONDS: '600',
  ...variables,
});
const node = (variables: Record<string, string> = {}) => start(settings(variables));

async function newcomer(of: ServerProcess, username: string): Promise<Browser> {
  const browser = of.browser();
  const { status } = await caller(browser).mutate('account.signUp', { username, password: PASSWORD });
  expect(status).toBe(200);
  return browser;
}
/** What a node says to a browser's access token alone: nothing can be refreshed with it. */
const withAccessToken = (browser: Browser, { origin }: ServerProcess) =>
  fetch(`${origin}/dashboard`, { headers: { authorization: `Bearer ${browser.cookies().get('X-Access-Token')}` } });
const statuses = (browser: Browser, nodes: readonly ServerProcess[]) => Promise.all(nodes.map(async (each) => (await withAccessToken(browser, each)).status));
const isRefusedBy = (browser: Browser, nodes: readonly ServerProcess[]) =>
  vi.waitFor(async () => expect(await statuses(browser, nodes)).toEqual(nodes.map(() => 401)), SOON);
/** The same browser, whose next requests go to another node. */
function elsewhere(browser: Browser, { origin }: ServerProcess): Browser {
  const copy = createBrowser({ origin, clock: systemClock });
  for (const [name, value] of browser.cookies()) copy.setCookie(name, value);
  return copy;
}
const eventsOf = ({ output }: ServerProcess) => output().match(/"event":"feed\.\w+"/g) ?? [];

describe.each(['PostgreSQL', 'Redis', 'SQLite'])('three nodes on one %s', (name) => {
  let folder: string;
  let variables: Record<string, string>;
  let nodes: readonly ServerProcess[];
  let first: ServerProcess;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-revocation-'));
    variables = { PostgreSQL: {}, Redis: { REDIS_URL: redis.url }, SQLite: { DATABASE_URL: `file:${join(folder, 'shared.db')}` } }[name] ?? {};
    first = await startedServer(settings(variables));
    nodes = [first, await startedServer(settings(variables)), await startedServer(settings(variables))];
  });
  afterAll(async () => {
    await Promise.all(nodes.map((each) => each.kill('SIGKILL')));
    rmSync(folder, { recursive: true, force: true });
  });

  it('refuse the access token of a session that was signed out on one of them', async () => {
    const browser = await newcomer(first, `out-${name}`.toLowerCase());
    const copy = browser.copy();
    expect(await statuses(copy, nodes)).toEqual([200, 200, 200]);
    expect((await browser.post('/logout')).status).toBe(200);
    expect((await withAccessToken(copy, first)).status).toBe(401);
    await isRefusedBy(copy, nodes);
  });

  it('refuse a user whom an administrator disables on one of them, in every session', async () => {
    const [one, other] = [await newcomer(first, `off-${name}`.toLowerCase()), first.browser()];
    await other.post('/login', { username: `off-${name}`, password: PASSWORD });
    const admin = first.browser();
    await signIn(admin, 'admin');
    const { data } = await caller(admin).query<{ users: { id: string }[] }>('admin.users', { search: `off-${name}`.toLowerCase() });
    expect((await caller(admin).mutate('admin.disableUser', { userId: data?.users[0]?.id })).status).toBe(200);
    for (const browser of [one, other]) await isRefusedBy(browser, nodes);
    expect(await statuses(admin, nodes)).toEqual([200, 200, 200]);
  });

  it('go on serving the browser that changed its password, with whatever it sends at the time, and nobody else', async () => {
    const username = `pass-${name}`.toLowerCase();
    const [acting, other] = [await newcomer(first, username), first.browser()];
    await other.post('/login', { username, password: PASSWORD });
    const before = elsewhere(acting, first);
    expect((await caller(acting).mutate('account.changePassword', { currentPassword: PASSWORD, newPassword: `${PASSWORD}s` })).status).toBe(200);
    const cookie = before.send('/').cookieHeader;
    const replies = await Promise.all(Array.from({ length: 64 }, (_, n) => fetch(`${nodes[n % 3]?.origin}/dashboard`, { headers: { cookie } })));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await statuses(acting, nodes)).toEqual([200, 200, 200]);
    await isRefusedBy(other, nodes);
    await isRefusedBy(before, nodes);
    for (const each of nodes) expect((await elsewhere(acting, each).request('/dashboard')).status).toBe(200);
  });

  it('hear of what an operator does by a command', async () => {
    const browser = await newcomer(first, `cli-${name}`.toLowerCase());
    const { code } = await runCli(['sessions', 'revoke', '--user', `cli-${name}`.toLowerCase()], { cwd: folder, variables: settings(variables) });
    expect(code).toBe(0);
    await isRefusedBy(browser, nodes);
  });

  it('never refuse the browser that ends its other sessions, and end those everywhere', async () => {
    const username = `several-${name}`.toLowerCase();
    const [acting, other] = [await newcomer(first, username), first.browser()];
    await other.post('/login', { username, password: PASSWORD });
    expect(await caller(acting).mutate('account.revokeOtherSessions')).toMatchObject({ status: 200, data: { ended: 1 } });
    for (let round = 0; round < 5; round++) for (const each of nodes) expect((await elsewhere(acting, each).request('/dashboard')).status).toBe(200);
    for (const query of ['account.sessions', 'account.securityEvents', 'auth.session']) expect((await caller(acting).query(query)).status).toBe(200);
    await isRefusedBy(other, nodes);
  });
});

describe('a node that is cut off', () => {
  let proxy: TcpProxy;
  afterEach(() => proxy.close());
  const cutOff = async (variables: Record<string, string> = {}) => {
    proxy = await tcpProxy(postgres.port);
    return node({ DATABASE_URL: postgres.urlAt(proxy.port), ...variables });
  };

  it('from the database serves for five seconds, then answers 503, and when it is back it knows what it missed', async () => {
    const [far, near] = await Promise.all([cutOff(), node()]);
    const [doomed, other] = [await newcomer(near, 'doomed'), await newcomer(near, 'unharmed')];
    const copy = doomed.copy();
    expect([await statuses(copy, [far]), await statuses(other, [far])]).toEqual([[200], [200]]);
    proxy.cut();
    await doomed.post('/logout');
    expect(await statuses(copy, [near, far])).toEqual([401, 200]);
    await vi.waitFor(async () => expect(await statuses(copy, [far])).toEqual([503]), SOON);
    const reply = await elsewhere(other, far).request('/dashboard');
    expect([reply.status, reply.headers.get('retry-after'), reply.setCookies]).toEqual([503, '1', []]);
    expect((await far.browser().request('/openapi.json')).status).toBe(200);
    proxy.heal();
    await vi.waitFor(async () => expect(await statuses(other, [far])).toEqual([200]), SOON);
    expect(await statuses(copy, [far])).toEqual([401]);
    await vi.waitFor(() => expect(eventsOf(far)).toEqual(['"event":"feed.unconfirmed"', '"event":"feed.confirmed"']), SOON);
    expect(eventsOf(near)).toEqual([]);
  });

  it('from Redis still hears of revocations from the database', async () => {
    proxy = await tcpProxy(redis.port);
    const [far, near] = await Promise.all([node({ REDIS_URL: redis.urlAt(proxy.port) }), node({ REDIS_URL: redis.url })]);
    const browser = await newcomer(near, 'quick');
    const copy = browser.copy();
    expect(await statuses(copy, [far])).toEqual([200]);
    proxy.cut();
    await browser.post('/logout');
    await isRefusedBy(copy, [near, far]);
    await wait(5.5);
    expect(eventsOf(far)).toEqual([]);
  });
});
