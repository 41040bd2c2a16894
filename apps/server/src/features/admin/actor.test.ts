import type { Principal } from '@latchkey/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Context } from '../../api/context.ts';
import { createRouter } from '../../api/router.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';

let app: TestServer;
let adminId: string;
let bobId: string;
let sessionId: string;
beforeEach(async () => {
  app = await startApp();
  adminId = await idOf('admin');
  bobId = await idOf('bob');
  sessionId = await signIn('bob');
});
afterEach(() => app.close());

const idOf = async (username: string) => (await app.users.findAccount(username))?.id ?? '';
async function signIn(username: string): Promise<string> {
  const ids = async () =>
    (await app.layer.sessionsOf(await idOf(username))).sessions.map(({ id }) => id);
  const before = await ids();
  await app.browser().post('/login', { username, password: 'password' });
  return (await ids()).find((id) => !before.includes(id)) ?? '';
}

/**
 * Builds the context of a request in which another call of the same batch signs out as soon as the
 * store has confirmed the caller.
 */
async function signedOutOnceAdmitted(username: string): Promise<Context> {
  const [user, current] = [await app.users.findAccount(username), await signIn(username)];
  if (!user) throw new Error(`there is no ${username}`);
  const { id: userId, role, tokenVersion } = user;
  const instants = {
    claims: {},
    issuedAt: app.clock.now(),
    accessTokenExpiresAt: app.clock.now() + 60_000,
  };
  let principal: Principal | null = {
    userId,
    sessionId: current,
    username,
    role,
    tokenVersion,
    generation: 0,
    ...instants,
  } as Principal;
  const session = {
    client: { userAgent: 'test', ipAddress: '203.0.113.8' },
    canSetCookies: true,
    header: () => undefined,
    outage: null,
    get principal() {
      return principal;
    },
    /** The caller as the request's session knows it at the time of the access. */
    get actor() {
      return { ...session.client, userId: principal?.userId ?? null };
    },
    async confirm() {
      principal = null;
      return { kind: 'confirmed', user, authenticatedSecondsAgo: 0 };
    },
    actions: { signOut: async () => {}, renew: async () => {} },
  };
  return { session } as unknown as Context;
}

const PASSWORD = 'lantern otter seventeen brick';
type Caller = ReturnType<ReturnType<typeof createRouter>['createCaller']>;

/** Each procedure that writes to the audit log in the name of its caller. */
const ACTS: [
  path: string,
  by: 'admin' | 'bob',
  kind: string,
  act: (api: Caller) => Promise<unknown>,
][] = [
  [
    'admin.createUser',
    'admin',
    'user.created',
    (api) => api.admin.createUser({ username: 'carol', password: PASSWORD, role: 'User' }),
  ],
  [
    'admin.disableUser',
    'admin',
    'user.disabled',
    (api) => api.admin.disableUser({ userId: bobId }),
  ],
  [
    'admin.setRole',
    'admin',
    'role.changed',
    (api) => api.admin.setRole({ userId: bobId, role: 'Admin' }),
  ],
  ['admin.rescueUser', 'admin', 'user.rescued', (api) => api.admin.rescueUser({ userId: bobId })],
  ['admin.removeUser', 'admin', 'user.removed', (api) => api.admin.removeUser({ userId: bobId })],
  [
    'admin.revokeSession',
    'admin',
    'session.revoked',
    (api) => api.admin.revokeSession({ sessionId }),
  ],
  [
    'admin.signOutUser',
    'admin',
    'session.revoked',
    (api) => api.admin.signOutUser({ userId: bobId }),
  ],
  ['admin.rotateKeys', 'admin', 'keys.rotated', (api) => api.admin.rotateKeys({})],
  [
    'admin.exportAudit',
    'admin',
    'audit.exported',
    (api) => api.admin.exportAudit({}).then(readAll),
  ],
  [
    'account.revokeSession',
    'bob',
    'session.revoked',
    (api) => api.account.revokeSession({ sessionId }),
  ],
  [
    'account.revokeOtherSessions',
    'bob',
    'session.revoked',
    (api) => api.account.revokeOtherSessions(),
  ],
  [
    'account.changePassword',
    'bob',
    'password.changed',
    (api) => api.account.changePassword({ newPassword: PASSWORD }),
  ],
  ['account.deleteAccount', 'bob', 'user.removed', (api) => api.account.deleteAccount()],
];

async function readAll(file: unknown): Promise<void> {
  for await (const _ of (file as { chunks: AsyncIterable<unknown> }).chunks);
}

it.each(ACTS)(
  '%s records the admitted caller, also when a sign-out in the same batch overtakes it (V9)',
  async (_path, by, kind, act) => {
    const api = createRouter({
      ...app,
      signUpOpen: true,
      reauthenticationSeconds: 600,
    }).createCaller(await signedOutOnceAdmitted(by));
    await act(api);
    await app.trail.flush();
    const rows = (await app.auditLog.list({ limit: 50 })).filter((row) => row.kind === kind);
    expect(rows.map(({ actorId }) => actorId)).toEqual([by === 'admin' ? adminId : bobId]);
  },
);
