import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicError } from '../procedures/errors.ts';
import { connected, openSocket } from '../testing/raw-socket.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({
    options: { accessTokenSeconds: 60 },
    allowedOrigins: ['http://dev.example'],
  });
});
afterEach(() => app.close());

describe('a handshake', () => {
  it('refreshes an expired access token in a WebSocket handshake, and sets the cookies with the 101', async () => {
    const browser = await app.signedIn('bob');
    const before = browser.cookies().get('X-Refresh-Token');
    app.clock.advance(60);
    const { call, setCookies } = await connected(app.origin, browser);
    expect(setCookies.map((cookie) => cookie.split('=')[0])).toEqual([
      'X-Access-Token',
      'X-Refresh-Token',
      'X-Username',
    ]);
    expect(await call('query', 'dashboard')).toBe('Hello User!');
    expect(browser.cookies().get('X-Refresh-Token')).not.toBe(before);
    app.store.calls.length = 0;
    expect((await browser.request('/trpc/dashboard')).status).toBe(200);
    expect(app.store.calls).toEqual([]);
  });

  it('converges after a 101 response that was lost', async () => {
    const browser = await app.signedIn('bob');
    app.clock.advance(60);
    await connected(app.origin, browser.copy());
    const { setCookies } = await connected(app.origin, browser);
    expect(app.decisions.at(-1)?.session.refreshed).toMatchObject({ decision: 'converge' });
    expect(setCookies).toHaveLength(3);
  });

  it.each<[string, Record<string, string>, number]>([
    ['from another site, by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['from a sibling domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['from another site, by Origin', { origin: 'https://evil.example' }, 403],
    ['from a sandboxed frame', { origin: 'null' }, 403],
    [
      'as a followed link from another site (V2)',
      {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
      },
      403,
    ],
    ['from our own pages', { 'sec-fetch-site': 'same-origin' }, 101],
    [
      'from an origin that is allowed',
      { origin: 'http://dev.example', 'sec-fetch-site': 'cross-site' },
      101,
    ],
    ['from no browser', {}, 101],
  ])('answers a WebSocket handshake from %s (%o) with %i', async (_from, headers, status) => {
    const browser = await app.signedIn('bob');
    app.clock.advance(60);
    app.store.calls.length = 0;
    const opened = await openSocket(app.origin, browser, { headers });
    expect('socket' in opened ? 101 : opened.status).toBe(status);
    if (status === 403) {
      expect(opened).toMatchObject({ reason: 'cross_site' });
      expect(app.store.calls).toEqual([]);
    }
  });

  it('answers 404 to a WebSocket handshake at another path', async () => {
    expect(await openSocket(app.origin, app.browser(), { path: '/other' })).toMatchObject({
      status: 404,
      reason: 'not_found',
    });
  });

  it('ignores an access token in the URL of a WebSocket handshake', async () => {
    const browser = await app.signedIn('bob');
    const { call } = await connected(app.origin, app.browser(), {
      path: `/trpc?token=${browser.cookies().get('X-Access-Token')}`,
    });
    expect(await call('query', 'dashboard')).toBe('no_credentials');
  });

  it('answers a WebSocket handshake 503 while the store is out, and accepts it once it is back', async () => {
    const browser = await app.signedIn('bob');
    app.clock.advance(60);
    app.store.out = true;
    expect(await openSocket(app.origin, browser)).toMatchObject({
      status: 503,
      reason: 'store_unavailable',
      setCookies: [],
    });
    expect(app.faults.map((fault) => publicError(fault).reason)).toEqual(['store_unavailable']);
    app.store.out = false;
    const { call } = await connected(app.origin, browser);
    expect(await call('query', 'dashboard')).toBe('Hello User!');
  });

  it('answers an unexpected error in a WebSocket handshake with 500, and reports it', async () => {
    const broken = await startTestApp({
      arrange: () => [(_request, _response, next) => next(new Error('what only we may read'))],
    });
    expect(await openSocket(broken.origin, broken.browser())).toMatchObject({
      status: 500,
      reason: 'internal',
    });
    expect(broken.faults.map(({ cause }) => cause)).toEqual([new Error('what only we may read')]);
    await broken.close();
  });
});

describe('a connection', () => {
  it('serves public procedures to an anonymous WebSocket, and refuses the others', async () => {
    const { call } = await connected(app.origin, app.browser());
    expect(await call('query', 'auth.session')).toMatchObject({ principal: null });
    expect(await call('query', 'dashboard')).toBe('no_credentials');
    expect(await call('subscription', 'streams.follow')).toBe('no_credentials');
    expect(await call('subscription', 'streams.public')).toBe('started');
  });

  it("a WebSocket reads the store before the first call past the access token's expiry, once", async () => {
    const { call } = await connected(app.origin, await app.signedIn('bob'));
    await app.layer.flush();
    app.store.calls.length = 0;
    expect(await call('query', 'dashboard')).toBe('Hello User!');
    expect(app.store.calls).toEqual([]);
    app.clock.advance(60);
    expect(await Promise.all([1, 2, 3].map((n) => call('query', 'echo', { n })))).toEqual([
      1, 2, 3,
    ]);
    expect(app.store.calls).toEqual(['find']);
    // A call whose answer comes after the pong to the ping that the advance has caused.
    await call('query', 'dashboard');
    app.clock.advance(59);
    expect(await call('query', 'dashboard')).toBe('Hello User!');
    expect(app.store.calls).toEqual(['find']);
  });

  it('answers a call of an ended session with the reason, and closes the WebSocket with it', async () => {
    const { call, closed } = await connected(app.origin, await app.signedIn('bob'));
    await app.layer.revoke(
      app.decisions.at(-1)?.session.principal?.sessionId ?? '',
      'administrator',
    );
    // Connections are checked once a second: the call comes between two checks.
    await app.clock.pass(59.5);
    app.clock.advance(0.5);
    expect(await call('query', 'dashboard')).toBe('session_revoked');
    expect(await closed).toEqual([4401, 'session_revoked']);
  });

  it('refuses procedures that set cookies over a WebSocket before they run', async () => {
    const browser = await app.signedIn('bob');
    const { call } = await connected(app.origin, browser);
    await app.layer.flush();
    app.store.calls.length = 0;
    for (const path of ['auth.login', 'auth.refresh', 'auth.logout'])
      expect(await call('mutation', path, { username: 'bob', password: 'password' })).toBe(
        'invalid_input',
      );
    expect(app.store.calls).toEqual([]);
    expect((await browser.request('/trpc/dashboard')).status).toBe(200);
  });

  it('cuts a WebSocket that does not answer pings', async () => {
    const { closed } = await connected(app.origin, app.browser(), { autoPong: false });
    const answering = await connected(app.origin, app.browser());
    for (let second = 0; second < 2; second++) {
      await app.clock.pass(1);
      // Two calls, because the client reads the ping before the first answer, and so has answered
      // it before the second.
      for (let n = 0; n < 2; n++) await answering.call('query', 'auth.session');
    }
    expect(await closed).toEqual([1006, '']);
    await expect.poll(() => app.streams.size).toBe(1);
    expect(answering.socket.readyState).toBe(answering.socket.OPEN);
  });
});

describe('malformed frames', () => {
  const call = (id: unknown, path: unknown, method: unknown = 'query') =>
    JSON.stringify({ id, method, params: { path } });

  it.each<[string, string | Buffer]>([
    ['no JSON', '{'],
    ['nothing', ''],
    ['JSON of another kind', '"text"'],
    ['null', 'null'],
    ['a number', '7'],
    ['deep nesting', '['.repeat(50_000)],
    ['no id', call(null, 'dashboard')],
    ['an unknown method', call(1, 'dashboard', 'subscribe')],
    ['no path', call(1, undefined)],
    ['a path that is no text', call(1, { toString: 1 })],
    ['a path into the prototype', call(1, '__proto__.constructor')],
    ['a call as another kind', call(1, 'dashboard', 'mutation')],
    [
      'too many calls',
      `[${Array.from({ length: 101 }, (_, id) => call(id + 1, 'dashboard')).join()}]`,
    ],
    ['binary', Buffer.from([0, 255, 1, 254])],
  ])(
    'answers a WebSocket frame with %s by an error, and keeps the connection',
    async (_what, frame) => {
      const { socket, answers, call: ask } = await connected(app.origin, await app.signedIn('bob'));
      socket.send(frame);
      await expect.poll(() => answers.length).toBe(1);
      expect([400, 404]).toContain(answers[0]?.error?.data.httpStatus);
      expect(JSON.stringify(answers)).not.toMatch(/stack|\.ts/);
      expect(await ask('query', 'dashboard')).toBe('Hello User!');
    },
  );

  it('closes the connection of an oversized or malformed frame, and no other', async () => {
    const other = await connected(app.origin, await app.signedIn('bob'));
    const large = await connected(app.origin, app.browser());
    large.socket.send('x'.repeat(100 * 1024 + 1));
    expect(await large.closed).toEqual([1009, '']);
    const broken = await connected(app.origin, app.browser());
    (broken.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0xff, 0xff, 0xff]),
    );
    expect((await broken.closed)[0]).toBe(1002);
    expect(await other.call('query', 'dashboard')).toBe('Hello User!');
    expect(app.faults).toEqual([]);
  });
});
