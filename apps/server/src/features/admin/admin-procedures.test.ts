import { SYSTEM } from '@latchkey/core';
import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRouter } from '../../api/router.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

const PASSWORD = 'lantern otter seventeen brick';

let app: TestServer;
let admin: Browser;
let bob: Browser;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  [admin, bob] = [await signedIn('admin'), await signedIn('bob')];
});
afterEach(() => app.close());

async function signedIn(username: string): Promise<Browser> {
  const browser = app.browser();
  expect((await browser.post('/login', { username, password: 'password' })).status).toBe(200);
  return browser;
}

const idOf = async (username: string) => (await app.users.findAccount(username))?.id;
const statusAfterExpiry = async (browser: Browser) => {
  app.clock.advance(60);
  return (await browser.request('/dashboard')).status;
};

it('every admin procedure answers 401 without a session and 403 to other users', async () => {
  const all: Record<string, { _def: { type: 'query' | 'mutation' | 'subscription' } }> =
    createRouter({
      ...app,
      signUpOpen: true,
      reauthenticationSeconds: 600,
    })._def.procedures as never;
  const paths = Object.keys(all).filter((path) => path.startsWith('admin.'));
  expect(paths.length).toBeGreaterThan(9);
  for (const path of paths) {
    const verb = ({ query: 'query', mutation: 'mutate', subscription: 'subscribe' } as const)[
      all[path]?._def.type ?? 'query'
    ];
    const call = (browser: Browser) => caller(browser)[verb](path);
    expect([path, (await call(app.browser())).status]).toEqual([path, 401]);
    const { status, error } = await call(bob);
    expect([path, status, error?.data.reason]).toEqual([path, 403, 'role_required']);
  }
});

describe('an administrator', () => {
  it('an administrator lists users in pages and finds them by name', async () => {
    const page = await caller(admin).query<{ users: { username: string }[]; next: string | null }>(
      'admin.users',
      { limit: 1 },
    );
    expect([page.data?.users.map(({ username }) => username), page.data?.next]).toEqual([
      ['admin'],
      'admin',
    ]);
    const rest = await caller(admin).query<typeof page.data>('admin.users', {
      limit: 2,
      after: page.data?.next,
    });
    expect(rest.data).toEqual({
      users: [
        {
          id: await idOf('bob'),
          username: 'bob',
          role: 'User',
          disabled: false,
          createdAt: app.clock.now(),
        },
      ],
      next: null,
      total: { count: 2, exact: true },
      partial: false,
      match: null,
    });
    expect(
      (await caller(admin).query<typeof page.data>('admin.users', { search: 'BO' })).data?.users,
    ).toHaveLength(1);
  });

  it('an administrator creates users, who can sign in', async () => {
    const { status } = await caller(admin).mutate('admin.createUser', {
      username: 'Carol',
      password: PASSWORD,
      role: 'Admin',
    });
    expect(status).toBe(200);
    const carol = app.browser();
    expect((await carol.post('/login', { username: 'carol', password: PASSWORD })).status).toBe(
      200,
    );
    expect((await carol.request('/admin-only')).status).toBe(200);
  });

  it('a disabled user has no session and cannot sign in until enabled again', async () => {
    const userId = await idOf('bob');
    expect((await caller(admin).mutate('admin.disableUser', { userId })).status).toBe(200);
    expect(await statusAfterExpiry(bob)).toBe(401);
    expect(
      (await app.browser().post('/login', { username: 'bob', password: 'password' })).status,
    ).toBe(401);
    expect((await caller(admin).mutate('admin.enableUser', { userId })).status).toBe(200);
    expect(await statusAfterExpiry(bob)).toBe(401);
    await signedIn('bob');
  });

  it("a change of role ends the user's sessions, and the next session has the new role", async () => {
    expect(
      (await caller(admin).mutate('admin.setRole', { userId: await idOf('bob'), role: 'Admin' }))
        .status,
    ).toBe(200);
    expect(await statusAfterExpiry(bob)).toBe(401);
    expect((await (await signedIn('bob')).request('/admin-only')).status).toBe(200);
  });

  it("an administrator lists a user's sessions, ends one, and ends all", async () => {
    const other = await signedIn('bob');
    const userId = await idOf('bob');
    const sessions =
      (
        await caller(admin).query<{ sessions: { id: string; current: boolean }[] }>(
          'admin.sessions',
          { userId },
        )
      ).data?.sessions ?? [];
    expect(sessions.map(({ current }) => current)).toEqual([false, false]);
    expect(
      (await caller(admin).mutate('admin.revokeSession', { sessionId: sessions[0]?.id })).status,
    ).toBe(200);
    expect(
      (await caller(admin).mutate('admin.revokeSession', { sessionId: sessions[0]?.id })).status,
    ).toBe(404);
    expect((await caller(admin).mutate('admin.signOutUser', { userId })).data).toEqual({
      ended: 1,
    });
    for (const browser of [bob, other]) expect(await statusAfterExpiry(browser)).toBe(401);
    expect(await statusAfterExpiry(admin)).toBe(200);
  });

  it.each([
    ['admin.disableUser', { userId: 'unknown' }, 404],
    ['admin.enableUser', { userId: 'unknown' }, 404],
    ['admin.setRole', { userId: 'unknown', role: 'User' }, 404],
    ['admin.setRole', { userId: 'unknown', role: 'Emperor' }, 400],
    ['admin.createUser', { username: 'bob', password: PASSWORD, role: 'User' }, 409],
    ['admin.createUser', { username: 'carol', password: 'short', role: 'User' }, 400],
    ['admin.revokeSession', { sessionId: 'nothing' }, 404],
    ['admin.revokeSession', {}, 400],
  ])('%s with %j answers %d and changes nothing', async (path, input, status) => {
    const before = await app.users.list({ limit: 10 });
    expect((await caller(admin).mutate(path, input)).status).toBe(status);
    expect(await app.users.list({ limit: 10 })).toEqual(before);
    expect((await app.auditLog.list({ limit: 10 })).map(({ kind }) => kind)).toEqual([
      'session.issued',
      'session.issued',
    ]);
  });

  it('a demoted or disabled administrator cannot undo it with a still valid access token', async () => {
    const carol = await demoted('carol');
    for (const [path, input] of [
      ['admin.setRole', { userId: carol.id, role: 'Admin' }],
      ['admin.enableUser', { userId: carol.id }],
      ['admin.createUser', { username: 'dora', password: PASSWORD, role: 'Admin' }],
    ] as const) {
      const { status, error } = await caller(carol.browser).mutate(path, input);
      expect([path, status, error?.data.reason]).toEqual([path, 401, 'session_revoked']);
    }
    expect((await app.users.findAccount('carol'))?.role).toBe('User');
  });

  it("an administrator's act without an effect ends no session", async () => {
    const userId = await idOf('bob');
    expect((await caller(admin).mutate('admin.enableUser', { userId })).status).toBe(200);
    expect((await caller(admin).mutate('admin.setRole', { userId, role: 'User' })).status).toBe(
      200,
    );
    expect(await statusAfterExpiry(bob)).toBe(200);
    expect((await app.auditLog.list({ limit: 10 })).map(({ kind }) => kind)).toEqual([
      'session.issued',
      'session.issued',
    ]);
  });

  /** Signs in an administrator who then loses the role. */
  async function demoted(username: string) {
    const { id } = await app.accounts.create(
      { username, password: PASSWORD, role: 'Admin' },
      SYSTEM,
    );
    const browser = app.browser();
    await browser.post('/login', { username, password: PASSWORD });
    await app.accounts.setRole(id, 'User', SYSTEM);
    return { id, browser };
  }

  it('an administrator cannot remove the last administrator', async () => {
    const { status, error } = await caller(admin).mutate('admin.disableUser', {
      userId: await idOf('admin'),
    });
    expect([status, error?.message]).toEqual([
      409,
      'admin is the last administrator: give another user the role Admin first.',
    ]);
    expect(await statusAfterExpiry(admin)).toBe(200);
  });
});
