import { deriveKeyRing, memorySessionStore, parseSessionOptions } from '@latchkey/core';
import { type Browser, settableClock } from '@latchkey/core/testing';
import { keyLifetimes, type ManagedKey, type WatchedKeys, watchKeys } from '@latchkey/keys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

const options = { accessTokenSeconds: 600, graceSeconds: 30, idleSeconds: 3600, maxSeconds: 7200 };
const PATH = '/trpc/dashboard';
const ACCESS = 'X-Access-Token';

let clock: ReturnType<typeof settableClock>;
let there: ManagedKey[];
let loads: number;
let followed: WatchedKeys[];
let here: TestApp;
let other: TestApp;
beforeEach(async () => {
  clock = settableClock();
  there = [accessKey('a'), macKey('m')];
  followed = [];
  const store = memorySessionStore();
  here = await startTestApp({ options, store, clock, ring: (await node()).ring });
  other = await startTestApp({ options, store, clock, ring: (await node()).ring });
  loads = 0;
});
afterEach(async () => {
  for (const keys of followed) keys.close();
  await Promise.all([here.close(), other.close()]);
});

const ringOf = (kid: string) =>
  deriveKeyRing([Buffer.from(`the secret of the key ${kid} of this test`).toString('base64url')]);
const common = (kid: string) =>
  ({ kid, algorithm: 'HS256', signsFrom: clock.now(), revokedAt: null }) as const;
const accessKey = (kid: string): ManagedKey => ({
  ...common(kid),
  purpose: 'access-token',
  key: { ...ringOf(kid).signing, kid },
});
/** Makes a MAC key. All have one id, so that the id alone does not tell them apart. */
const macKey = (kid: string): ManagedKey => ({
  ...common(kid),
  purpose: 'refresh-token',
  key: { ...ringOf(kid).macSigning, id: 7 },
});

/** Opens the keys of a node; only a search for an unknown key or a test reloads them. */
async function node(): Promise<WatchedKeys> {
  const source = {
    async load() {
      loads += 1;
      return there;
    },
  };
  const keys = await watchKeys({
    source,
    lifetimes: keyLifetimes(parseSessionOptions(options)),
    clock,
    reloadSeconds: 1_000,
  });
  followed.push(keys);
  return keys;
}

/** Rotates the keys so that the other node has them at once, and this one does not. */
async function rotate(...keys: ManagedKey[]): Promise<void> {
  there = [...there, ...keys];
  await followed[1]?.reload();
  loads = 0;
}

const tokenOf = (browser: Browser) => browser.cookies().get(ACCESS) ?? '';
const withBearer = (token: string) =>
  fetch(here.origin + PATH, { headers: { authorization: `Bearer ${token}` } });
const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string })
    .kid;
/** Sends a request of the other node's browser to this one. */
const meets = (browser: Browser) =>
  fetch(here.origin + PATH, { headers: { cookie: browser.send('/').cookieHeader } });
const forged = (kid: string) =>
  [JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid }), '{}', 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

describe('a token of a key that another node signs with from now on', () => {
  it('accepts an access token of a new key after one read of the key source', async () => {
    await rotate(accessKey('b'));
    const token = tokenOf(await other.signedIn());
    expect(kidOf(token)).toBe('b');
    expect([(await withBearer(token)).status, (await withBearer(token)).status, loads]).toEqual([
      200, 200, 1,
    ]);
  });

  it('accepts an access token of a new key without a refresh', async () => {
    await rotate(accessKey('b'));
    const reply = await meets(await other.signedIn());
    expect([reply.status, reply.headers.getSetCookie()]).toEqual([200, []]);
  });

  it('refreshes a browser whose key appeared within five seconds of the last read', async () => {
    await withBearer(forged('unknown'));
    await rotate(accessKey('b'));
    const browser = await other.signedIn();
    expect((await withBearer(tokenOf(browser))).status).toBe(401);
    const reply = await meets(browser);
    expect([
      reply.status,
      reply.headers.getSetCookie().some((cookie) => cookie.startsWith(ACCESS)),
      loads,
    ]).toEqual([200, true, 0]);
    clock.advance(5);
    expect([(await withBearer(tokenOf(browser))).status, loads]).toEqual([200, 1]);
  });
});

describe('a refresh token of a MAC key that another node has and this one has not', () => {
  it('refreshes under a new MAC key after one read of the key source', async () => {
    await rotate(macKey('n'));
    const browser = await other.signedIn();
    clock.advance(600);
    expect([(await meets(browser)).status, loads]).toEqual([200, 1]);
  });

  it('signs out the session of a refresh token under an unknown MAC key', async () => {
    await rotate(macKey('n'));
    const browser = await other.signedIn();
    const { cookieHeader } = browser.send('/');
    clock.advance(600);
    await fetch(`${here.origin}/trpc/auth.logout`, {
      method: 'POST',
      headers: { cookie: cookieHeader, 'content-type': 'application/json' },
      body: '{}',
    });
    expect((await browser.request(PATH)).status).toBe(401);
  });
});

describe('a flood of unknown keys', () => {
  it('reads the key source once in five seconds under a flood of unknown keys', async () => {
    const honest = await here.signedIn();
    for (let second = 0; second < 10; second++) {
      const replies = await Promise.all([
        ...Array.from({ length: 60 }, (_, n) => withBearer(forged(`unknown-${second}-${n}`))),
        ...Array.from({ length: 10 }, () => honest.request(PATH)),
      ]);
      expect(replies.map(({ status }) => status)).toEqual([
        ...Array(60).fill(401),
        ...Array(10).fill(200),
      ]);
      clock.advance(1);
    }
    expect(loads).toBe(2);
  });

  it('does not read the key source for tokens of another form', async () => {
    for (const token of ['a.b.c', forged('x').slice(0, -3), `${forged('a')}=`, forged('a')])
      expect((await withBearer(token)).status).toBe(401);
    expect(loads).toBe(0);
  });
});

describe('a key that was taken out because it leaked', () => {
  it('refuses tokens of a removed key at once, and every browser stays signed in', async () => {
    const browsers = await Promise.all(Array.from({ length: 20 }, () => here.signedIn()));
    const leaked = tokenOf(browsers[0] as Browser);
    for (const browser of browsers) expect((await browser.request(PATH)).status).toBe(200);
    there = [
      { ...accessKey('a'), key: null, revokedAt: clock.now() } as ManagedKey,
      ...there.slice(1),
      accessKey('b'),
    ];
    await followed[0]?.reload();
    expect((await withBearer(leaked)).status).toBe(401);
    for (const browser of browsers) {
      expect((await browser.request(PATH)).status).toBe(200);
      expect(kidOf(tokenOf(browser))).toBe('b');
    }
  });
});
