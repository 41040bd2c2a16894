import { existsSync, readFileSync } from 'node:fs';
import type { Browser } from '@latchkey/core/testing';
import { sqlKeyTable } from '@latchkey/sql';
import { afterEach, describe, expect, it } from 'vitest';
import { commandLine } from '../../testing/command-line.ts';
import { processFixture, signIn } from '../../testing/process-fixture.ts';
import { startNodes, type TestNodes } from '../../testing/start-nodes.ts';

const { path, database, spawn } = processFixture();
const [OLD, NEW] = [7, 8].map((byte) =>
  Buffer.from(`the secret of these tests, number ${byte}`).toString('base64url'),
) as [string, string];

let nodes: TestNodes | undefined;
afterEach(async () => {
  await nodes?.close();
  nodes = undefined;
});

/** Starts a server on the test's database, with a clock that stands still until it is advanced. */
async function start(variables: Record<string, string>) {
  const started = await startNodes(1, { ...database(), ...variables });
  nodes = started;
  return {
    browser: () => started.browser(),
    log: () => started.node(0).rawLog(),
    node: () => started.node(0),
    restart: (changed: Record<string, string>) => started.restart(0, { ...database(), ...changed }),
    pass: (seconds: number) => started.pass(seconds),
  };
}
const cli = (words: string, variables: Record<string, string> = { LATCHKEY_SECRET: OLD }) =>
  commandLine(words, { ...database(), ...variables }, nodes && { clock: nodes.clock });
const headerOf = (browser: Browser) =>
  JSON.parse(
    Buffer.from(
      browser.cookies().get('X-Access-Token')?.split('.')[0] ?? '',
      'base64url',
    ).toString(),
  ) as { kid: string; alg: string };
/** Tells whether the browser's session continues, refreshed or not. */
async function isStillSignedIn(browser: Browser): Promise<boolean> {
  const asIs = await browser.request('/dashboard');
  browser.dropCookie('X-Access-Token');
  return asIs.status === 200 && (await browser.request('/dashboard')).status === 200;
}

describe('a changed LATCHKEY_SECRET', () => {
  it('a new first LATCHKEY_SECRET keeps all sessions, and seals verify with the old one listed', async () => {
    const server = await start({ LATCHKEY_SECRET: OLD, AUDIT_SEAL_SECONDS: '30' });
    const browser = server.browser();
    await signIn(browser);
    await server.pass(30);
    for (const LATCHKEY_SECRET of [`${NEW},${OLD}`, NEW]) {
      await server.restart({ LATCHKEY_SECRET, AUDIT_SEAL_SECONDS: '30' });
      expect(await isStillSignedIn(browser)).toBe(true);
      await signIn(server.browser());
      await server.pass(30);
      const { out } = await cli('audit verify --json', { LATCHKEY_SECRET });
      expect(out).toMatch(
        LATCHKEY_SECRET === NEW
          ? /"kind": "broken",[\s\S]*put the LATCHKEY_SECRET of that time behind the present one/
          : /"kind": "intact",[\s\S]*"unsealed": 0/,
      );
    }
    expect(server.log()).not.toContain('keys.unreadable');
  });

  it('a replaced LATCHKEY_SECRET ends all sessions, and each key that cannot be decrypted is logged', async () => {
    const server = await start({ LATCHKEY_SECRET: OLD });
    const browser = server.browser();
    await signIn(browser);
    await server.restart({ LATCHKEY_SECRET: NEW });
    expect(server.log().match(/"level":"warn".*"event":"keys\.unreadable"/g)).toHaveLength(2);
    expect((await browser.request('/dashboard')).status).toBe(401);
    expect((await signIn(browser)).status).toBe(200);
    expect(await isStillSignedIn(browser)).toBe(true);
  });
});

describe('an upgrade', () => {
  it('an upgrade from derived keys keeps all sessions', async () => {
    const server = await start({ LATCHKEY_SECRET: OLD, KEY_SOURCE: 'environment' });
    const browser = server.browser();
    await signIn(browser);
    const { kid } = headerOf(browser);
    await server.restart({ LATCHKEY_SECRET: OLD });
    expect((await browser.request('/dashboard')).setCookies).toEqual([]);
    expect(await isStillSignedIn(browser)).toBe(true);
    expect(headerOf(browser).kid).toBe(kid);
  });

  it('a new JWT_ALGORITHM rotates the key at once, and tokens of the old key still verify', async () => {
    const server = await start({ LATCHKEY_SECRET: OLD });
    const browser = server.browser();
    await signIn(browser);
    await cli('keys rotate', { LATCHKEY_SECRET: OLD });
    await server.restart({ LATCHKEY_SECRET: OLD, JWT_ALGORITHM: 'RS256' });
    expect((await browser.request('/dashboard')).setCookies).toEqual([]);
    expect(await isStillSignedIn(browser)).toBe(true);
    expect(headerOf(browser).alg).toBe('RS256');
    const { out } = await cli('keys list --json', { LATCHKEY_SECRET: OLD });
    const statuses = (
      JSON.parse(out) as { purpose: string; algorithm: string; status: string }[]
    ).filter(({ purpose }) => purpose === 'access-token');
    expect(statuses.map(({ algorithm, status }) => `${algorithm} ${status}`)).toEqual([
      'HS256 retired',
      'RS256 current',
    ]);
  });
});

describe('the keys in a copy of the database', () => {
  it.each(['RS256', 'ES256', 'HS256'])(
    'a copy of the database contains no private key: %s',
    async (JWT_ALGORITHM) => {
      const variables = { LATCHKEY_SECRET: OLD, JWT_ALGORITHM };
      const server = await start(variables);
      await signIn(server.browser());
      for (const purpose of ['access-token', 'refresh-token'])
        expect((await cli(`keys rotate --now --purpose ${purpose}`, variables)).code).toBe(0);
      const services = server.node();
      await services.keys.reload();
      const keys = services.keys
        .lifecycles()
        .flatMap(({ key }) =>
          key.key ? ['signKey' in key.key ? key.key.signKey : key.key.key] : [],
        );
      const secrets = keys.flatMap((key) => {
        const { d, p, q, k } = key.export({ format: 'jwk' });
        return [d, p, q, k]
          .filter((part) => part !== undefined)
          .map((part) => Buffer.from(part, 'base64url'));
      });
      expect([keys.length, (await sqlKeyTable(services.database).list()).length]).toEqual([4, 4]);
      const dump = Buffer.concat(
        ['latchkey.db', 'latchkey.db-wal']
          .filter((name) => existsSync(path(name)))
          .map((name) => readFileSync(path(name))),
      );
      const browser = server.browser();
      await signIn(browser);
      expect(dump.includes(headerOf(browser).kid)).toBe(true);
      for (const secret of secrets)
        for (const spelling of [
          secret,
          ...(['base64url', 'base64', 'hex'] as const).map((encoding) =>
            Buffer.from(secret.toString(encoding)),
          ),
        ])
          expect(dump.includes(spelling)).toBe(false);
    },
  );
});

describe('keys in JWT_KEYS', () => {
  it('signs with the keys of JWT_KEYS', async () => {
    const rsa = (await cli('keys generate --algorithm RS256')).out;
    const server = await start({
      LATCHKEY_SECRET: OLD,
      KEY_SOURCE: 'environment',
      JWT_KEYS: `{"keys":[${rsa}]}`,
    });
    const browser = server.browser();
    await signIn(browser);
    expect(headerOf(browser)).toMatchObject({
      alg: 'RS256',
      kid: (JSON.parse(rsa) as { kid: string }).kid,
    });
  });

  it('a server refuses to start when the file that KEY_SOURCE names cannot be read', async () => {
    const server = await spawn({
      LATCHKEY_SECRET: OLD,
      KEY_SOURCE: `file:${path('none.json')}`,
      ...database(),
    });
    expect([await server.ended, server.output()]).toEqual([
      1,
      expect.stringMatching(
        /^Latchkey cannot start .*\n {2}KEY_SOURCE \(file:.*\): cannot be read/,
      ),
    ]);
  });
});

describe('the keys of a running server', () => {
  it('signing keys rotate on schedule without a refused request or an ended session', async () => {
    const server = await start({
      LATCHKEY_SECRET: OLD,
      KEY_ROTATION_SECONDS: '3',
      ACCESS_TOKEN_SECONDS: '2',
      JWT_ALGORITHM: 'ES256',
    });
    const browser = server.browser();
    await signIn(browser);
    const [kids, statuses] = [new Set<string>(), new Set<number>()];
    for (let step = 0; step < 44; step++) {
      await server.pass(0.25);
      statuses.add((await browser.request('/dashboard')).status);
      kids.add(headerOf(browser).kid);
    }
    expect(statuses).toEqual(new Set([200]));
    expect(kids.size).toBeGreaterThanOrEqual(3);
    expect(server.log()).not.toMatch(/job\.failed|keys\.reload_failed/);
  });
});
