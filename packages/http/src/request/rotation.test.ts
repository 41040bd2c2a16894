import type { Browser } from '@latchkey/core/testing';
import { sessionIdOf } from '@latchkey/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DASHBOARD, REFRESH, type RotationApp, startRotationApp } from '../testing/rotation-app.ts';

let app: RotationApp;
beforeEach(async () => {
  app = await startRotationApp();
});
afterEach(() => app.close());

/** Sends a request with the browser's access token, which acknowledges its generation. */
async function acknowledge(browser: Browser) {
  expect((await browser.request(DASHBOARD)).setCookies).toEqual([]);
  await app.layer.flush();
}

describe('case 1: expiry', () => {
  it.each([
    [-1, 200, 'rotate'],
    [0, 401, 'session_expired'],
    [1, 401, 'session_expired'],
  ])('answers a refresh, at the idle expiry %i s, with %i %s', async (offset, status, outcome) => {
    const cookies = (await app.signedIn()).cookies();
    app.clock.advance(3600 + offset);
    expect(await app.present(cookies)).toMatchObject({ status, outcome });
  });

  it.each([
    [-1, 200, 'rotate'],
    [0, 401, 'session_expired'],
    [1, 401, 'session_expired'],
  ])(
    'answers a refresh, at the absolute expiry %i s, with %i %s',
    async (offset, status, outcome) => {
      const browser = await app.signedIn();
      for (const seconds of [3000, 3000]) {
        app.clock.advance(seconds);
        expect((await browser.request(DASHBOARD)).status).toBe(200);
      }
      const cookies = browser.cookies();
      app.clock.advance(1200 + offset);
      expect(await app.present(cookies)).toMatchObject({ status, outcome });
    },
  );

  it('limits the lifetime of cookies to that of the session', async () => {
    const browser = await app.signedIn();
    app.clock.advance(3000);
    await browser.request(DASHBOARD);
    app.clock.advance(3000);
    const { setCookies } = await browser.request(DASHBOARD);
    expect(setCookies.map((cookie) => /Max-Age=(\d+)/.exec(cookie)?.[1])).toEqual([
      '600',
      '1200',
      '1200',
    ]);
    expect(
      setCookies.map((cookie) => Date.parse(/Expires=([^;]+)/.exec(cookie)?.[1] ?? '')),
    ).toEqual([600, 1200, 1200].map((s) => app.clock.now() + s * 1000));
  });
});

describe('case 2: revoked', () => {
  it('refuses every token of a signed-out session and accepts a second sign-out', async () => {
    const { browser, previous } = await app.rotatedOnce();
    const current = new Map(browser.cookies());
    const reply = await browser.post('/logout');
    expect(reply.setCookies.map((cookie) => cookie.split(';').slice(0, 2).join(';'))).toEqual([
      'X-Access-Token=; Max-Age=0',
      'X-Refresh-Token=; Max-Age=0',
      'X-Username=; Max-Age=0',
    ]);
    expect(browser.cookies().size).toBe(0);
    for (const cookies of [current, previous])
      expect(await app.present(cookies)).toMatchObject({
        status: 401,
        outcome: 'session_revoked',
        cookies: [],
      });
    expect((await browser.post('/logout')).status).toBe(200);
  });

  it('ends the session at a sign-out with an expired access token', async () => {
    const browser = await app.signedIn();
    const before = new Map(browser.cookies());
    app.clock.advance(600);
    const { setCookies } = await browser.post('/logout');
    expect(setCookies.every((cookie) => cookie.includes('Max-Age=0'))).toBe(true);
    expect(await app.present(before)).toMatchObject({ outcome: 'session_revoked' });
  });

  it('ends the session at a sign-out with the refresh token alone', async () => {
    const browser = await app.signedIn();
    const before = new Map(browser.cookies());
    app.clock.advance(600);
    browser.dropCookie('X-Username');
    expect((await browser.post('/logout')).status).toBe(200);
    expect(await app.present(before)).toMatchObject({ outcome: 'session_revoked' });
  });

  it('ends the session at a sign-out with the access token alone', async () => {
    const browser = await app.signedIn();
    const before = new Map(browser.cookies());
    for (const name of [REFRESH, 'X-Username']) browser.dropCookie(name);
    await browser.post('/logout');
    expect(await app.present(before)).toMatchObject({ outcome: 'session_revoked' });
  });

  it("ends the browser's session at a new sign-in, which starts one with another id", async () => {
    const browser = await app.signedIn();
    const [first, cookies] = [sessionIdOf(browser), new Map(browser.cookies())];
    await browser.post('/login', { username: 'alice', password: 'password' });
    expect(sessionIdOf(browser)).not.toBe(first);
    expect(await app.store.find(first)).toMatchObject({ revokedReason: 'replaced' });
    expect(await app.present(cookies)).toMatchObject({ outcome: 'session_revoked' });
  });
});

describe('case 3 and 4: the current token', () => {
  it.each([
    [-1, 'reissue', ['X-Access-Token']],
    [0, 'rotate', ['X-Access-Token', REFRESH, 'X-Username']],
    [1, 'rotate', ['X-Access-Token', REFRESH, 'X-Username']],
  ])(
    'decides, at the end of the settle time %i s, to %s and sets %j',
    async (offset, outcome, cookies) => {
      const { browser } = await app.rotatedOnce();
      app.clock.advance(120 + offset);
      expect(await app.present(browser.cookies())).toMatchObject({ status: 200, outcome, cookies });
    },
  );

  it('answers an explicit refresh right after a rotation with the access cookie alone', async () => {
    const { browser } = await app.rotatedOnce();
    const reply = await browser.post('/refresh');
    expect([reply.status, JSON.parse(reply.body)]).toEqual([
      200,
      { message: 'Refreshed via Cookies' },
    ]);
    expect(reply.setCookies).toHaveLength(1);
  });

  it('rotates a refresh token of generation 0 at once', async () => {
    expect(await app.present((await app.signedIn()).cookies())).toMatchObject({
      outcome: 'rotate',
    });
  });

  it('takes the presented successor of a refresh token as an acknowledgement', async () => {
    const { browser, previous } = await app.rotatedOnce();
    await app.present(browser.cookies());
    await app.layer.flush();
    app.clock.advance(30);
    expect(await app.present(previous)).toMatchObject({ outcome: 'refresh_token_reused' });
  });

  it('rotates once for an explicit refresh with an expired access token', async () => {
    const { browser } = await app.rotatedOnce();
    app.clock.advance(600);
    await browser.post('/refresh');
    expect(await app.store.find(sessionIdOf(browser))).toMatchObject({ generation: 2 });
  });
});

describe('case 5: the predecessor', () => {
  it.each([
    [-1, 200, 'converge'],
    [0, 401, 'refresh_token_reused'],
    [1, 401, 'refresh_token_reused'],
  ])(
    'answers the previous token, a grace period after the acknowledgement %i s, with %i %s',
    async (offset, status, outcome) => {
      const { browser, previous } = await app.rotatedOnce();
      app.clock.advance(5);
      await acknowledge(browser);
      app.clock.advance(30 + offset);
      const result = await app.present(previous);
      expect(result).toMatchObject({ status, outcome });
      if (status === 200) expect(result.refreshToken).toBe(browser.cookies().get(REFRESH));
    },
  );

  it('converges on the same successor until it is acknowledged', async () => {
    const { browser, previous } = await app.rotatedOnce();
    for (const seconds of [1, 29, 300, 2000]) {
      app.clock.advance(seconds);
      expect(await app.present(previous)).toMatchObject({
        outcome: 'converge',
        refreshToken: browser.cookies().get(REFRESH),
      });
    }
  });

  it.each([
    [-1, false],
    [0, true],
    [1, true],
  ])(
    'records a delivery %i s from a grace period after the last one: %s',
    async (offset, written) => {
      const { previous } = await app.rotatedOnce();
      app.clock.advance(30 + offset);
      app.store.calls.length = 0;
      await app.present(previous);
      expect(app.store.calls.includes('recordDelivery')).toBe(written);
    },
  );

  it('delays the next rotation by a recorded delivery', async () => {
    const { browser, previous } = await app.rotatedOnce();
    app.clock.advance(100);
    await app.present(previous);
    app.clock.advance(100);
    expect(await app.present(browser.cookies())).toMatchObject({ outcome: 'reissue' });
    app.clock.advance(20);
    expect(await app.present(browser.cookies())).toMatchObject({ outcome: 'rotate' });
  });

  it('emits session.shared for a previous token from another browser', async () => {
    const { previous } = await app.rotatedOnce();
    await app.present(previous);
    expect(app.events.at(-1)).toMatchObject({
      kind: 'session.shared',
      presentedGeneration: 0,
      generation: 1,
    });
  });
});
