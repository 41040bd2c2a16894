import type { AddressInfo } from 'node:net';
import { createBrowser, type SettableClock, settableClock } from '@latchkey/core/testing';
import type { Express } from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp as createAppAfter } from './after/server.ts';
import { createApp as createAppBefore } from './before/server.ts';
import { type Club, openClub, type Settings } from './club.ts';

const PASSWORD = 'correct horse';

let club: Club;
let clock: SettableClock;
const ends: (() => void)[] = [];
beforeEach(async () => {
  clock = settableClock();
  club = openClub(':memory:');
  await club.addMember('ada@example.com', PASSWORD, { isAdmin: true });
  await club.addMember('bob@example.com', PASSWORD);
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Starts the app on a port, and creates browsers for it. */
async function start(createApp: (settings: Settings) => Promise<Express>) {
  const app = await createApp({
    club,
    secret: Buffer.from('the secret of these tests, number 3').toString('base64url'),
    sessions: 'memory:',
    now: clock.now,
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => server.close());
  const browser = createBrowser({
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    clock,
  });
  const ask = async (path: string, body?: unknown) => {
    const {
      status,
      headers,
      body: text,
    } = await (body === undefined
      ? browser.request(`/trpc/${path}`)
      : browser.post(`/trpc/${path}`, body));
    return { status, procedure: headers.get('x-procedure'), ...JSON.parse(text) };
  };
  return { browser, ask };
}

async function startSignedIn(username: string) {
  const { browser, ask } = await start(createAppAfter);
  expect((await ask('auth.login', { username, password: PASSWORD })).status).toBe(200);
  return { browser, ask };
}

describe('the example app after it has adopted Latchkey', () => {
  it('an adopted app signs in users of its own table, by its own column names and hashes', async () => {
    const { ask } = await startSignedIn('BOB@example.com');
    expect((await ask('me')).result.data).toEqual({ email: 'bob@example.com', isAdmin: false });
    expect((await ask('post', { text: 'Seeds to give away' })).status).toBe(200);
    expect(club.notices()).toEqual([
      { id: 1, text: 'Seeds to give away', posted_by: 'bob@example.com' },
    ]);
  });

  it.each([
    ['a wrong password', 'bob@example.com', 'wrong'],
    ['an unknown address', 'eve@example.com', PASSWORD],
  ])('an adopted app refuses %s', async (_what, username, password) => {
    const { ask } = await start(createAppAfter);
    expect(await ask('auth.login', { username, password })).toMatchObject({ status: 401 });
  });

  it('an adopted app refreshes an expired access token within the request', async () => {
    const { browser, ask } = await startSignedIn('bob@example.com');
    const before = browser.cookies().get('__Host-X-Refresh-Token');
    clock.advance(600);
    expect(browser.cookies().has('__Host-X-Access-Token')).toBe(false);
    expect((await ask('post', { text: 'Still here' })).status).toBe(200);
    expect(browser.cookies().has('__Host-X-Access-Token')).toBe(true);
    expect(browser.cookies().get('__Host-X-Refresh-Token')).not.toBe(before);
  });

  it('an adopted app refuses members on committee procedures, and admits the committee', async () => {
    const bob = await startSignedIn('bob@example.com');
    expect(await bob.ask('members')).toMatchObject({
      status: 403,
      error: { message: 'This is for the committee.' },
    });
    const ada = await startSignedIn('ada@example.com');
    expect((await ada.ask('members')).result.data).toHaveLength(2);
  });

  it('an adopted app revokes the session at sign-out', async () => {
    const { browser, ask } = await startSignedIn('bob@example.com');
    const copy = browser.copy();
    expect((await ask('auth.logout', {})).status).toBe(200);
    expect([...browser.cookies().keys()]).toEqual([]);
    expect((await ask('me')).result.data).toBeNull();
    clock.advance(600);
    expect((await copy.post('/trpc/post', { text: 'From a copy' })).status).toBe(401);
  });

  it('an adopted app detects reuse of an old refresh token, and ends the session', async () => {
    const { browser, ask } = await startSignedIn('bob@example.com');
    const thief = browser.copy();
    for (let refreshes = 0; refreshes < 2; refreshes++) {
      clock.advance(600);
      expect((await ask('post', { text: 'Still here' })).status).toBe(200);
    }
    expect((await thief.post('/trpc/post', { text: 'From a thief' })).status).toBe(401);
    clock.advance(600);
    expect((await ask('post', { text: 'Still here' })).status).toBe(401);
  });

  it('an adopted app refuses a member who has left, at the next refresh at the latest', async () => {
    const { ask } = await startSignedIn('bob@example.com');
    club.leave('bob@example.com');
    clock.advance(600);
    expect((await ask('post', { text: 'Still here' })).status).toBe(401);
  });
});

describe.each([
  ['before', createAppBefore],
  ['after', createAppAfter],
])('the routes that existed before, %s', (_when, createApp) => {
  it('procedures, middleware and errors that existed before answer as before', async () => {
    const { ask, browser } = await start(createApp);
    expect((await browser.request('/health')).body).toBe('fine');
    const signIn =
      createApp === createAppBefore
        ? ask('signIn', { email: 'bob@example.com', password: PASSWORD })
        : ask('auth.login', { username: 'bob@example.com', password: PASSWORD });
    expect((await signIn).status).toBe(200);
    expect(await ask('notices')).toEqual({
      status: 200,
      procedure: 'notices',
      result: { data: [] },
    });
    expect(await ask('post', { text: 'x' })).toMatchObject({
      status: 400,
      procedure: 'post',
      error: {
        data: {
          code: 'BAD_REQUEST',
          httpStatus: 400,
          path: 'post',
          ticket: 'T4',
          fields: { text: ['The text must have at least 3 characters.'] },
        },
      },
    });
    expect(await ask('members')).toMatchObject({
      status: 403,
      error: {
        message: 'This is for the committee.',
        data: { code: 'FORBIDDEN', ticket: 'T5', fields: null },
      },
    });
  });

  it('an adopted app refuses anonymous callers in its own error format', async () => {
    const { ask } = await start(createApp);
    const { status, error } = await ask('post', { text: 'Seeds to give away' });
    expect(status).toBe(401);
    expect(error.data).toMatchObject({ code: 'UNAUTHORIZED', ticket: 'T1', fields: null });
  });
});
