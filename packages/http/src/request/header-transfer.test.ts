import { OptionsError } from '@latchkey/core';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { latchkey } from '../adapters/node-middleware.ts';
import { type HttpApp, startHttpApp } from '../testing/http-app.ts';

const ASK = { 'x-latchkey-transfer': 'header' };
const TOKENS = ['x-access-token', 'x-refresh-token', 'x-username'] as const;
const PAGE = 'https://app.example.com';

let app: HttpApp;
beforeEach(async () => {
  app = await startHttpApp({ headerTransfer: true, allowedOrigins: [PAGE] });
});
afterEach(() => app.close());

interface Answer {
  readonly status: number;
  readonly body: { reason?: string; principal?: { username: string } | null };
  readonly tokens: Record<string, string>;
  readonly cookies: readonly string[];
  readonly headers: Headers;
}

async function send(path: string, headers: object, body?: object): Promise<Answer> {
  const response = await fetch(`${app.origin}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text.startsWith('{') ? JSON.parse(text) : {},
    tokens: Object.fromEntries(
      TOKENS.flatMap((name) => {
        const value = response.headers.get(name);
        return value === null ? [] : [[name, value]];
      }),
    ),
    cookies: response.headers.getSetCookie(),
    headers: response.headers,
  };
}

/** A client that keeps its tokens, as a phone does. */
function phone(kept: Record<string, string> = {}) {
  const tokens = { ...kept };
  const present = () => {
    const { 'x-access-token': access, ...others } = tokens;
    const sent = Object.entries(others).filter(([, value]) => value !== '');
    return {
      ...ASK,
      ...(access && { authorization: `Bearer ${access}` }),
      ...Object.fromEntries(sent),
    };
  };
  return {
    tokens,
    present,
    copy: () => phone(tokens),
    async call(path: string, body?: object) {
      const answer = await send(path, present(), body);
      expect(answer.cookies).toEqual([]);
      Object.assign(tokens, answer.tokens);
      return answer;
    },
  };
}

async function signedIn(username = 'alice') {
  const device = phone();
  await device.call('/login', { username, password: 'password' });
  return device;
}

describe('header transfer, for clients that are no browsers (P7)', () => {
  it('signs in, refreshes and signs out by headers, and sets no cookie', async () => {
    const device = await signedIn();
    expect(Object.keys(device.tokens)).toEqual([...TOKENS]);
    expect((await device.call('/session')).body.principal?.username).toBe('alice');

    app.clock.advance(601);
    const before = { ...device.tokens };
    const refreshed = await device.call('/session');
    expect(refreshed.body.principal?.username).toBe('alice');
    expect(refreshed.headers.get('cache-control')).toBe('no-store');
    for (const name of ['x-access-token', 'x-refresh-token'])
      expect(device.tokens[name]).not.toBe(before[name]);

    const out = await device.call('/logout', {});
    expect(out.tokens).toEqual({ 'x-access-token': '', 'x-refresh-token': '', 'x-username': '' });
    expect((await send('/dashboard', phone(before).present())).status).toBe(401);
  });

  it('injects the new access token into the request that was refreshed', async () => {
    const authenticate = latchkey({ layer: app.layer, headerTransfer: true });
    const behind = express();
    behind.use(authenticate, (request, response) =>
      response.json({
        seen: request.headers.authorization,
        cookie: request.headers.cookie ?? null,
      }),
    );
    const server = behind.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const device = await signedIn();
    app.clock.advance(601);
    const { port } = server.address() as { port: number };
    const response = await fetch(`http://localhost:${port}/`, { headers: device.present() });
    server.close();
    const token = response.headers.get('x-access-token');
    expect(await response.json()).toEqual({ seen: `Bearer ${token}`, cookie: null });
  });

  it('carries a username beyond ASCII', async () => {
    app.users.change('alice', { username: 'Zoë 東京' });
    const device = await signedIn();
    expect(device.tokens['x-username']).toBe(encodeURIComponent('Zoë 東京'));
    app.clock.advance(601);
    expect((await device.call('/session')).body.principal?.username).toBe('Zoë 東京');
  });

  it('converges parallel requests and lost responses, and catches a reused token', async () => {
    const device = await signedIn();
    const thief = device.copy();
    app.clock.advance(601);
    const answers = await Promise.all(Array.from({ length: 8 }, () => device.call('/session')));
    expect(new Set(answers.map(({ tokens }) => tokens['x-refresh-token'])).size).toBe(1);
    await send('/session', device.present());
    for (let round = 0; round < 2; round++) {
      app.clock.advance(601);
      expect((await device.call('/session')).body.principal?.username).toBe('alice');
    }
    const stolen = await send('/dashboard', thief.present());
    expect([stolen.status, stolen.body.reason]).toEqual([401, 'refresh_token_reused']);
    expect(app.events.some(({ kind }) => kind === 'session.reuse')).toBe(true);
    app.clock.advance(601);
    expect((await send('/dashboard', device.present())).status).toBe(401);
  });

  it('needs no CSRF token where cookies do, and gives out none', async () => {
    await app.close();
    app = await startHttpApp({ headerTransfer: true, cookies: { sameSite: 'lax' } });
    const device = await signedIn();
    const answer = await device.call('/refresh', {});
    expect([answer.status, answer.headers.get('x-csrf-token')]).toEqual([200, null]);
    expect((await send('/refresh', {}, {})).body.reason).toBe('csrf_token');
  });
});

describe('header transfer that a page asks for (P7)', () => {
  const refusal = { status: 403, body: { reason: 'header_transfer' }, tokens: {}, cookies: [] };

  it.each([
    ['a page of an allowed origin', { origin: PAGE }],
    ['a page of our own origin', { 'sec-fetch-site': 'same-origin' }],
    ['a followed link', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
  ])('refuses %s, with and without its cookies, and gives out no token', async (_who, marks) => {
    const browser = await app.signedIn();
    app.clock.advance(601);
    const cookie = [...browser.cookies()].map((pair) => pair.join('=')).join('; ');
    const calls = app.store.calls.length;
    for (const headers of [marks, { ...marks, cookie }]) {
      expect(await send('/session', { ...ASK, ...headers })).toMatchObject(refusal);
      const body = { username: 'alice', password: 'password' };
      expect(await send('/login', { ...ASK, ...headers }, body)).toMatchObject(refusal);
    }
    expect(app.store.calls).toHaveLength(calls);
  });

  it.each(['X-Access-Token', 'X-Refresh-Token', 'X-Username'])(
    'refuses a request with the cookie %s, even without marks of a browser',
    async (name) => {
      const browser = await app.signedIn();
      const cookie = `theme=dark; ${name}=${browser.cookies().get(name)}`;
      expect(await send('/session', { ...ASK, cookie })).toMatchObject(refusal);
      expect((await send('/session', { ...ASK, cookie: 'theme=dark' })).status).toBe(200);
    },
  );

  it('puts no token of a cookie session into headers', async () => {
    const browser = await app.signedIn();
    app.clock.advance(601);
    const reply = await browser.request('/session');
    expect(reply.setCookies).toHaveLength(3);
    for (const name of TOKENS) expect(reply.headers.get(name)).toBeNull();
  });

  it('does not read tokens from headers without the request header that asks for it', async () => {
    const device = await signedIn();
    app.clock.advance(601);
    const { 'x-latchkey-transfer': _, ...headers } = device.present();
    expect((await send('/dashboard', headers)).status).toBe(401);
  });

  it('is refused unless the option is set, and for another value', async () => {
    const device = await signedIn();
    expect(await send('/session', { 'x-latchkey-transfer': 'cookies' })).toMatchObject(refusal);
    await app.close();
    app = await startHttpApp();
    expect(await send('/session', device.present())).toMatchObject(refusal);
  });

  it('lets no page of an allowed origin send or read the headers (CORS)', async () => {
    const preflight = await fetch(`${app.origin}/session`, {
      method: 'OPTIONS',
      headers: {
        origin: PAGE,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'x-latchkey-transfer',
      },
    });
    const granted = ['allow', 'expose'].map((what) =>
      (preflight.headers.get(`access-control-${what}-headers`) ?? '').toLowerCase(),
    );
    for (const name of [...TOKENS, 'x-latchkey-transfer'])
      expect(granted.join()).not.toContain(name);
    for (const name of ['X-Latchkey-Transfer', 'x-refresh-token'])
      expect(() => latchkey({ layer: app.layer, corsHeaders: [name] })).toThrow(OptionsError);
  });
});
