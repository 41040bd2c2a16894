import { existsSync, readFileSync } from 'node:fs';
import { SYSTEM } from '@latchkey/core';
import type { Policy, StatedPolicy } from '@latchkey/trpc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoAccounts } from '../features/accounts/demo-accounts.ts';
import { type AppPolicy, allPolicies } from '../features/docs/policies.ts';
import { commandLine } from '../testing/command-line.ts';
import { processFixture } from '../testing/process-fixture.ts';
import { startApp, type TestServer } from '../testing/start-app.ts';
import { caller } from '../testing/trpc-caller.ts';

const FRESH_SECONDS = 600;
const { path: pathOf, database } = processFixture();

/**
 * The callers against which each policy is tested. The session of `revoked` is revoked in the
 * store, but the revocation feed has not delivered the notice yet, so its access token still
 * verifies.
 */
const CALLERS = {
  anonymous: { username: null, role: null, secondsAgo: 0, revoked: false, oneTime: false },
  bob: { username: 'bob', role: 'User', secondsAgo: 0, revoked: false, oneTime: false },
  admin: { username: 'admin', role: 'Admin', secondsAgo: 0, revoked: false, oneTime: false },
  'an administrator whose session was revoked': {
    username: 'admin',
    role: 'Admin',
    secondsAgo: 0,
    revoked: true,
    oneTime: false,
  },
  'an administrator who signed in long ago': {
    username: 'admin',
    role: 'Admin',
    secondsAgo: FRESH_SECONDS,
    revoked: false,
    oneTime: false,
  },
  'a user who signed in with a one-time password': {
    username: 'carol',
    role: 'User',
    secondsAgo: 0,
    revoked: false,
    oneTime: true,
  },
  'an administrator who signed in with a one-time password': {
    username: 'dora',
    role: 'Admin',
    secondsAgo: 0,
    revoked: false,
    oneTime: true,
  },
} as const;
type Caller = (typeof CALLERS)[keyof typeof CALLERS];

/** Returns the error that a policy gives to each caller; `null` if it lets the caller pass. */
function refusal(
  { policy, needsOwnPassword }: AppPolicy,
  { role, secondsAgo, revoked, oneTime }: Caller,
): string | null {
  const { access, revocation, maxAuthenticationAgeSeconds }: Policy = policy;
  if (access === 'public') return null;
  if (role === null) return '401 no_credentials';
  if (revoked && revocation === 'strict') return '401 session_revoked';
  if (access !== 'signed_in' && 'roles' in access && !access.roles.some((one) => one === role))
    return '403 role_required';
  if (maxAuthenticationAgeSeconds !== null && secondsAgo >= maxAuthenticationAgeSeconds)
    return '403 reauthentication_required';
  return oneTime && needsOwnPassword ? '403 password_change_required' : null;
}

const REFUSALS = [
  '401 no_credentials',
  '401 session_revoked',
  '403 role_required',
  '403 reauthentication_required',
  '403 password_change_required',
];

describe('the policies of the procedures', () => {
  let app: TestServer;
  beforeAll(async () => {
    app = await startApp({
      session: { accessTokenSeconds: 60 },
      reauthenticationSeconds: FRESH_SECONDS,
    });
  });
  afterAll(() => app.close());

  /**
   * Signs in a new browser for each call, because some calls end sessions or delete the account.
   */
  async function browserOf({ username, role, secondsAgo, revoked, oneTime }: Caller) {
    const browser = app.browser();
    if (username === null) return browser;
    await createDemoAccounts(app.users, app.hasher, app.clock);
    const password = oneTime ? await rescued(username, role) : 'password';
    expect((await browser.post('/login', { username, password })).status).toBe(200);
    app.clock.advance(secondsAgo);
    await browser.request('/dashboard');
    const userId = (await app.users.findAccount(username))?.id ?? '';
    if (revoked)
      for (const { id } of (await app.layer.sessionsOf(userId)).sessions)
        await app.store.revoke(id, 'administrator', app.clock.now());
    return browser;
  }

  /** Returns a new one-time password of an account, which is created if it is missing. */
  async function rescued(username: string, role: string): Promise<string> {
    const account = { id: username, username, role, passwordHash: 'none', createdAt: 0 };
    await app.users.create(account);
    return (await app.accounts.rescue(username, SYSTEM)).password;
  }

  /** Calls a procedure with an input that no procedure accepts. */
  async function call({ path, type }: StatedPolicy, as: Caller): Promise<string> {
    const ways = caller(await browserOf(as));
    const { status, error } = await {
      query: ways.query,
      mutation: ways.mutate,
      subscription: ways.subscribe,
    }[type](path, [null]);
    return `${status} ${error?.data.reason ?? 'done'}`;
  }

  it.each(Object.entries(CALLERS))(
    'the policy of each procedure decides about the caller "%s" before the input is read',
    { timeout: 60_000 },
    async (_name, as) => {
      const policies = allPolicies(FRESH_SECONDS);
      expect(policies.length).toBeGreaterThan(25);
      for (const stated of policies) {
        const refused = refusal(stated, as);
        const answer = await call(stated, as);
        if (refused) expect([stated.path, answer]).toEqual([stated.path, refused]);
        else expect([stated.path, REFUSALS.includes(answer)], answer).toEqual([stated.path, false]);
      }
    },
  );

  it('a one-time password admits to public procedures, its change and what a user is told', () => {
    const open = allPolicies(FRESH_SECONDS).filter(
      ({ policy, needsOwnPassword }) => policy.access !== 'public' && !needsOwnPassword,
    );
    expect(open.map(({ path }) => path)).toEqual([
      'auth.reauthenticate',
      'account.notices',
      'account.changePassword',
    ]);
  });

  it('the command policies prints a table or JSON without opening a store', async () => {
    const print = async (...flags: string[]) =>
      (await commandLine(['policies', ...flags].join(' '), database())).out;
    expect(await print()).toMatch(
      /^PROCEDURE +TYPE +PLAIN HTTP +WHO +REVOCATION +PASSWORD +ONE-TIME +COOKIES\n/,
    );
    expect(await print()).toMatch(
      /\naccount\.deleteAccount +mutation +- +signed in +strict +< 600 s ago +refused +sets\n/,
    );
    expect(await print()).toMatch(
      /\nadminOnly +query +GET \/admin-only +Admin +feed +- +refused +-$/,
    );
    expect(JSON.parse(await print('--json'))).toEqual(allPolicies(FRESH_SECONDS));
    expect(existsSync(pathOf('latchkey.db'))).toBe(false);
  });

  it('docs/policies.md shows the policies of the router', async () => {
    const page = readFileSync(new URL('../../../../docs/policies.md', import.meta.url), 'utf8');
    expect(page).toBe(`${(await commandLine('policies --markdown', database())).out}\n`);
  });
});
