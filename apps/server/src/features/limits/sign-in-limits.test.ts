import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, createBrowser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandLine } from '../../testing/command-line.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import type { LimitKind } from './limits.ts';

const WINDOW = 900;
let app: TestServer;
let limited: LimitKind[];
beforeEach(async () => {
  app = await startApp({ trustProxy: 1 });
  limited = [];
  app.limits.onLimited((kind) => limited.push(kind));
});
afterEach(() => app.close());

let addresses = 0;
/** Returns a new IP address at each call. */
const elsewhere = () => `198.51.${(addresses >> 8) & 255}.${addresses++ & 255}`;

function from(address: string, browser: Browser = app.browser()) {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
  const send = async (path: string, body: unknown) => {
    const {
      status,
      headers: answered,
      body: text,
    } = await browser.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status, retryAfter: answered.get('retry-after'), text };
  };
  return {
    browser,
    send,
    signIn: (username: string, password: string) => send('/login', { username, password }),
    guess: async (username = 'bob') =>
      (await send('/login', { username, password: 'wrong' })).status,
  };
}

async function fillAccount(username = 'bob'): Promise<void> {
  for (let n = 0; n < 10; n++) expect(await from(elsewhere()).guess(username)).toBe(401);
}

describe('guesses at one account', () => {
  it.each(['bob', 'unknown-name', 'BOB'])(
    'answers 429 with Retry-After to the eleventh guess at %s',
    async (username) => {
      await fillAccount(username);
      const { status, retryAfter, text } = await from(elsewhere()).signIn(username, 'wrong');
      expect([status, retryAfter, JSON.parse(text).reason]).toEqual([
        429,
        String(WINDOW),
        'rate_limited',
      ]);
      expect(limited).toEqual(['sign_in_account']);
      expect(app.log().filter(({ event }) => event === 'limited')).toMatchObject([
        { kind: 'sign_in_account', retryAfterSeconds: WINDOW },
      ]);
      expect(await app.metrics.registry.metrics()).toContain(
        'latchkey_limited_total{kind="sign_in_account"} 1',
      );
    },
  );

  it('the tRPC error of a refused sign-in contains the reason and the seconds to wait', async () => {
    await fillAccount();
    const reply = await from(elsewhere()).send('/trpc/auth.login', {
      username: 'bob',
      password: 'password',
    });
    expect([reply.status, reply.retryAfter]).toEqual([429, String(WINDOW)]);
    expect(JSON.parse(reply.text).error.data).toMatchObject({
      reason: 'rate_limited',
      retryAfterSeconds: WINDOW,
    });
  });

  it('a limited sign-in refuses the right password until the stated second, and accepts it then', async () => {
    await fillAccount();
    expect((await from(elsewhere()).signIn('bob', 'password')).status).toBe(429);
    app.clock.advance(WINDOW - 0.001);
    expect((await from(elsewhere()).signIn('bob', 'password')).status).toBe(429);
    app.clock.advance(0.001);
    expect((await from(elsewhere()).signIn('bob', 'password')).status).toBe(200);
  });

  it('each exceeded window doubles the wait up to four windows, and a day resets it', async () => {
    const waits = [];
    for (let round = 0; round < 5; round++) {
      await fillAccount();
      const wait = Number((await from(elsewhere()).signIn('bob', 'wrong')).retryAfter);
      waits.push(wait / WINDOW);
      app.clock.advance(wait);
    }
    expect(waits).toEqual([1, 2, 4, 4, 4]);
    app.clock.advance(86_400);
    await fillAccount();
    expect((await from(elsewhere()).signIn('bob', 'wrong')).retryAfter).toBe(String(WINDOW));
  });

  it('sign-in limits do not count right passwords', async () => {
    for (let n = 0; n < 25; n++)
      expect((await from(elsewhere()).signIn('bob', 'password')).status).toBe(200);
    await fillAccount();
    expect(await from(elsewhere()).guess()).toBe(429);
  });

  it('sign-in limits count guesses that are sent at once', async () => {
    const statuses = await Promise.all(Array.from({ length: 60 }, () => from(elsewhere()).guess()));
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(50);
  });

  it('sign-in limits count each guess of a batch', async () => {
    const names = Array.from({ length: 10 }, () => 'auth.login').join(',');
    const calls = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [n, { username: 'bob', password: `wrong ${n}` }]),
    );
    expect((await from(elsewhere()).send(`/trpc/${names}?batch=1`, calls)).status).toBe(401);
    expect(await from(elsewhere()).guess()).toBe(429);
    const eleven = await from(elsewhere()).send(`/trpc/${names},auth.login?batch=1`, {
      ...calls,
      10: calls[0],
    });
    expect([eleven.status, limited]).toEqual([400, ['sign_in_account']]);
  });
});

describe('a device that a user has signed in from before', () => {
  it('a known device signs in during an attack on its account, and to no other account', async () => {
    const owner = from('203.0.113.5');
    expect((await owner.signIn('bob', 'password')).status).toBe(200);
    expect((await owner.send('/logout', {})).status).toBe(200);
    await fillAccount('bob');
    await fillAccount('admin');
    expect(await from('203.0.113.5').guess('bob')).toBe(429);
    expect((await owner.signIn('bob', 'password')).status).toBe(200);
    expect((await owner.signIn('admin', 'password')).status).toBe(429);
  });

  it('a known device signs in from an address whose limit is used up', async () => {
    const owner = from('203.0.113.5');
    await owner.signIn('bob', 'password');
    for (let n = 0; n < 100; n++) expect(await from('203.0.113.5').guess(`user${n}`)).toBe(401);
    expect((await from('203.0.113.5').signIn('admin', 'password')).status).toBe(429);
    expect((await owner.signIn('bob', 'password')).status).toBe(200);
  });

  it('a known device has ten attempts, counted apart from other devices', async () => {
    const thief = from('203.0.113.5');
    await thief.signIn('bob', 'password');
    for (let n = 0; n < 10; n++) expect(await thief.guess()).toBe(401);
    expect(await thief.guess()).toBe(429);
    expect(limited).toEqual(['sign_in_device']);
    expect((await from(elsewhere()).signIn('bob', 'password')).status).toBe(200);
  });

  it('a forged device cookie does not make a device known', async () => {
    await fillAccount();
    const forger = app.browser();
    forger.setCookie('X-Device', `ld1.${'A'.repeat(48)}`);
    expect(await from(elsewhere(), forger).guess()).toBe(429);
  });
});

describe('the limits of one IP address', () => {
  it.each<(port: number) => string>([
    (port) => `203.0.113.8:${port}`,
    (port) => `[2001:db8::8]:${port}`,
    (port) => `"[2001:db8::${port}]:443"`,
    (port) => `::ffff:203.0.113.8%${port}`,
    (port) => `client-${port}.example`,
  ])('counts an IP address as one in each notation (V5, G3): %s', async (written) => {
    for (let n = 0; n < 100; n++) expect(await from(written(n + 1)).guess(`user-${n}`)).toBe(401);
    expect(await from(written(101)).guess('another')).toBe(429);
    expect(limited).toEqual(['sign_in_address']);
  });

  it('limits an IP address, or its /64, to a hundred wrong passwords over all accounts', async () => {
    for (let n = 0; n < 100; n++)
      expect(await from(`2001:db8:1:2::${n.toString(16)}`).guess(`user${n}`)).toBe(401);
    expect(await from('2001:db8:1:2:ffff::1').guess('another')).toBe(429);
    expect(limited).toEqual(['sign_in_address']);
    expect(await from('2001:db8:1:3::1').guess('another')).toBe(401);
  });

  it('limits an IP address to thirty new accounts in an hour', async () => {
    const signUp = (n: number) =>
      from('203.0.113.9').send('/trpc/account.signUp', {
        username: `person${n}`,
        password: `a b-${n} quite long one`,
      });
    for (let n = 0; n < 30; n++) expect((await signUp(n)).status).toBe(200);
    expect(await signUp(30)).toMatchObject({ status: 429, retryAfter: '3600' });
    app.clock.advance(3_600);
    expect((await signUp(30)).status).toBe(200);
  });
});

describe('the limits of a signed-in user', () => {
  it('limits reauthentication to ten attempts in a session', async () => {
    const [one, other] = [from(elsewhere()), from(elsewhere())];
    for (const { signIn } of [one, other]) await signIn('bob', 'password');
    const confirm = ({ send }: typeof one, password: string) =>
      send('/trpc/auth.reauthenticate', { password });
    for (let n = 0; n < 20; n++) expect((await confirm(one, 'password')).status).toBe(200);
    for (let n = 0; n < 10; n++) expect((await confirm(one, 'wrong')).status).toBe(403);
    expect(await confirm(one, 'password')).toMatchObject({
      status: 429,
      retryAfter: String(WINDOW),
    });
    expect((await confirm(other, 'password')).status).toBe(200);
  });
});

it('an operator unlocks an account, which resets its wait', async () => {
  await app.close();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  const databaseUrl = `file:${join(folder, 'latchkey.db')}`;
  app = await startApp({ trustProxy: 1, databaseUrl });
  const unlock = async () =>
    (
      await commandLine('users unlock BOB', {
        DATABASE_URL: databaseUrl,
        LATCHKEY_SECRET: Buffer.from('the secret of these tests, number 1').toString('base64url'),
      })
    ).out;
  for (let round = 0; round < 2; round++) {
    await fillAccount();
    expect((await from(elsewhere()).signIn('bob', 'password')).retryAfter).toBe(String(WINDOW));
    expect(await unlock()).toBe('bob may sign in again.');
    expect((await from(elsewhere()).signIn('bob', 'password')).status).toBe(200);
  }
  expect(await unlock()).toBe('bob was not locked.');
  rmSync(folder, { recursive: true, force: true });
});

it('a copied device cookie shares the ten attempts of its device', async () => {
  const owner = from(elsewhere());
  await owner.signIn('bob', 'password');
  const thief = from(elsewhere(), createBrowser({ origin: app.origin, clock: app.clock }));
  thief.browser.setCookie('X-Device', owner.browser.cookies().get('X-Device') ?? '');
  for (let n = 0; n < 10; n++) expect(await thief.guess()).toBe(401);
  expect(await owner.guess()).toBe(429);
});
