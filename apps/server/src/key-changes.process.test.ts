import { existsSync, readFileSync } from 'node:fs';
import { parseKeySet, systemClock } from '@latchkey/core';
import type { Browser } from '@latchkey/core/testing';
import { sqlKeyTable } from '@latchkey/sql';
import { describe, expect, it, vi } from 'vitest';
import { parseEnv } from './env.ts';
import { createLogger } from './log.ts';
import { openServices } from './services.ts';
import { commandLine } from './testing/command-line.ts';
import { processFixture, signIn } from './testing/process-fixture.ts';
import type { ServerProcess } from './testing/start-process.ts';

vi.setConfig({ testTimeout: 90_000 });

const { path, database, start, spawn } = processFixture();
const [OLD, NEW] = [7, 8].map((byte) => Buffer.alloc(32, byte).toString('base64url')) as [string, string];
const cli = (words: string, variables: Record<string, string> = { LATCHKEY_SECRET: OLD }) => commandLine(words, { ...database(), ...variables });
const silent = createLogger('silent', false);
const headerOf = (browser: Browser) =>
  JSON.parse(Buffer.from(browser.cookies().get('X-Access-Token')?.split('.')[0] ?? '', 'base64url').toString()) as { kid: string; alg: string };
/** Its session goes on, refreshed or not. */
async function goesOn(browser: Browser): Promise<boolean> {
  const asIs = await browser.request('/dashboard');
  browser.dropCookie('X-Access-Token');
  return asIs.status === 200 && (await browser.request('/dashboard')).status === 200;
}
async function restarted(server: ServerProcess, variables: Record<string, string>): Promise<ServerProcess> {
  await server.kill('SIGTERM');
  return start(variables, { port: server.port });
}

describe('LATCHKEY_SECRET', () => {
  it('with a new one in front: everybody stays signed in, seals verify, and the old one may then go', async () => {
    let server = await start({ LATCHKEY_SECRET: OLD, AUDIT_SEAL_SECONDS: '0.1' });
    const browser = server.browser();
    await signIn(browser);
    for (const LATCHKEY_SECRET of [`${NEW},${OLD}`, NEW]) {
      server = await restarted(server, { LATCHKEY_SECRET, AUDIT_SEAL_SECONDS: '0.1' });
      expect(await goesOn(browser)).toBe(true);
      await signIn(server.browser());
      await vi.waitFor(async () => expect((await cli('audit verify --json', { LATCHKEY_SECRET })).out).toMatch(/"kind": "intact",[\s\S]*"unsealed": 0/), {
        timeout: 10_000,
      });
    }
    expect(server.output()).not.toContain('keys.unreadable');
  });

  it('replaced: the server starts, says loudly what it cannot open, and everybody signs in again', async () => {
    let server = await start({ LATCHKEY_SECRET: OLD });
    const browser = server.browser();
    await signIn(browser);
    server = await restarted(server, { LATCHKEY_SECRET: NEW });
    expect(server.output().match(/"level":"warn".*"event":"keys\.unreadable"/g)).toHaveLength(3);
    expect((await browser.request('/dashboard')).status).toBe(401);
    expect((await signIn(browser)).status).toBe(200);
    expect(await goesOn(browser)).toBe(true);
  });
});

describe('an upgrade', () => {
  it('from keys that were derived from the secret signs nobody out', async () => {
    let server = await start({ LATCHKEY_SECRET: OLD, KEY_SOURCE: 'environment' });
    const browser = server.browser();
    await signIn(browser);
    const { kid } = headerOf(browser);
    server = await restarted(server, { LATCHKEY_SECRET: OLD });
    expect((await browser.request('/dashboard')).setCookies).toEqual([]);
    expect(await goesOn(browser)).toBe(true);
    expect(headerOf(browser).kid).toBe(kid);
  });

  it('to another algorithm is a roll-over at once, whatever was to sign next: what the old key signed still holds', async () => {
    let server = await start({ LATCHKEY_SECRET: OLD });
    const browser = server.browser();
    await signIn(browser);
    await cli('keys roll-over', { LATCHKEY_SECRET: OLD });
    server = await restarted(server, { LATCHKEY_SECRET: OLD, JWT_ALGORITHM: 'RS256' });
    expect((await browser.request('/dashboard')).setCookies).toEqual([]);
    expect(await goesOn(browser)).toBe(true);
    expect(headerOf(browser).alg).toBe('RS256');
    const { out } = await cli('keys list --json', { LATCHKEY_SECRET: OLD });
    const states = (JSON.parse(out) as { purpose: string; algorithm: string; state: string }[]).filter(({ purpose }) => purpose === 'access-token');
    expect(states.map(({ algorithm, state }) => `${algorithm} ${state}`)).toEqual(['HS256 retired', 'RS256 current']);
  });
});

describe('a copy of the database', () => {
  it.each(['RS256', 'ES256', 'HS256'])('holds no private key: %s', async (JWT_ALGORITHM) => {
    const variables = { LATCHKEY_SECRET: OLD, JWT_ALGORITHM };
    const server = await start(variables);
    await signIn(server.browser());
    for (const purpose of ['access-token', 'refresh-token', 'audit-seal'])
      expect((await cli(`keys roll-over --now --purpose ${purpose}`, variables)).code).toBe(0);
    const services = await openServices(parseEnv({ ...database(), ...variables }), { logger: silent });
    const keys = services.keys.terms().flatMap(({ key }) => (key.key ? ['signKey' in key.key ? key.key.signKey : key.key.key] : []));
    const secrets = keys.flatMap((key) => {
      const { d, p, q, k } = key.export({ format: 'jwk' });
      return [d, p, q, k].filter((part) => part !== undefined).map((part) => Buffer.from(part, 'base64url'));
    });
    expect([keys.length, (await sqlKeyTable(services.database).list()).length]).toEqual([6, 6]);
    await services.close();
    const dump = Buffer.concat(['latchkey.db', 'latchkey.db-wal'].filter((name) => existsSync(path(name))).map((name) => readFileSync(path(name))));
    expect(dump.includes(headerOf(await signedIn(server)).kid)).toBe(true);
    for (const secret of secrets)
      for (const spelling of [secret, ...(['base64url', 'base64', 'hex'] as const).map((encoding) => Buffer.from(secret.toString(encoding)))])
        expect(dump.includes(spelling)).toBe(false);
  });

  async function signedIn(server: ServerProcess): Promise<Browser> {
    const browser = server.browser();
    await signIn(browser);
    return browser;
  }
});

describe('the keys commands', () => {
  it('list, roll over, take out and generate', async () => {
    const server = await start({ LATCHKEY_SECRET: OLD, KEY_ROLL_OVER_SECONDS: '60' });
    const browser = server.browser();
    await signIn(browser);
    const { kid } = headerOf(browser);
    const list = await cli('keys list');
    expect(list.out.split('\n')[0]).toMatch(/^KID +PURPOSE +ALGORITHM +STATE +SIGNS FROM +RETIRED +VERIFIES UNTIL$/);
    expect(list.out).toMatch(new RegExp(`^${kid} +access-token +HS256 +current +\\S+Z +- +-$`, 'm'));
    expect((await cli('keys roll-over')).out).toMatch(/\(HS256\) is made, and it signs from \S+Z\.$/);
    expect((await cli('keys roll-over')).out).toMatch(/\(HS256\) was there already: it signs from \S+Z\.$/);
    expect(await cli(`keys remove ${kid}`)).toMatchObject({ code: 0, out: `${kid} is taken out. Every node follows within 10 seconds.` });
    expect(await cli(`keys remove ${kid}`)).toMatchObject({ code: 1, err: 'There is no such key, or it was taken out before.' });
    await vi.waitFor(async () => {
      expect((await browser.request('/dashboard')).status).toBe(200);
      expect(headerOf(browser).kid).not.toBe(kid);
    }, 15_000);
    for (const algorithm of ['HS256', 'RS256', 'ES256']) {
      const jwk = (await cli(`keys generate --algorithm ${algorithm}`)).out;
      expect(parseKeySet(`{"keys":[${jwk}]}`)).toMatchObject([{ algorithm, purpose: 'access-token' }]);
    }
    expect(await cli('keys generate --algorithm none')).toMatchObject({ code: 2, err: '"none" is no algorithm. There are: HS256, RS256, ES256.' });
    expect(await cli('keys roll-over --purpose cookies')).toMatchObject({ code: 2, err: expect.stringMatching(/^"cookies" is no purpose/) });
  });

  it('say where keys are to be changed when they do not live in the database', async () => {
    const variables = { LATCHKEY_SECRET: OLD, KEY_SOURCE: 'environment' };
    expect(await cli('keys roll-over', variables)).toMatchObject({ code: 1, err: expect.stringMatching(/^The keys do not live in the database/) });
  });
});

describe('keys that are given', () => {
  it('sign: a set in JWT_KEYS', async () => {
    const rsa = (await cli('keys generate --algorithm RS256')).out;
    const server = await start({ LATCHKEY_SECRET: OLD, KEY_SOURCE: 'environment', JWT_KEYS: `{"keys":[${rsa}]}` });
    const browser = server.browser();
    await signIn(browser);
    expect(headerOf(browser)).toMatchObject({ alg: 'RS256', kid: (JSON.parse(rsa) as { kid: string }).kid });
  });

  it('that cannot be used are refused at start, by name and without their numbers', async () => {
    const server = await spawn({ LATCHKEY_SECRET: OLD, KEY_SOURCE: `file:${path('none.json')}`, ...database() });
    expect([await server.ended, server.output()]).toEqual([1, expect.stringMatching(/^Latchkey cannot start .*\n {2}KEY_SOURCE \(file:.*\): cannot be read/)]);
  });
});

describe('keys of a server that runs', () => {
  it('roll over by the clock alone, again and again, and nobody is refused or signed out', async () => {
    const server = await start({ LATCHKEY_SECRET: OLD, KEY_ROLL_OVER_SECONDS: '3', ACCESS_TOKEN_SECONDS: '2', JWT_ALGORITHM: 'ES256', LOG_LEVEL: 'warn' });
    const browser = server.browser();
    await signIn(browser);
    const [kids, statuses] = [new Set<string>(), new Set<number>()];
    for (const until = systemClock.now() + 11_000; systemClock.now() < until; ) {
      statuses.add((await browser.request('/dashboard')).status);
      // It may run out between the answer and this line; the next request then brings another.
      if (browser.cookies().has('X-Access-Token')) kids.add(headerOf(browser).kid);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(statuses).toEqual(new Set([200]));
    expect(kids.size).toBeGreaterThanOrEqual(3);
    expect(server.output()).not.toMatch(/job\.failed|keys\.reload_failed/);
  });
});
