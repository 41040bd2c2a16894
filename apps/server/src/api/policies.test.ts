import { existsSync, readFileSync } from 'node:fs';
import type { Policy, StatedPolicy } from '@latchkey/trpc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoAccounts } from '../features/accounts/demo-accounts.ts';
import { allPolicies } from '../features/docs/policies.ts';
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
  anonymous: { username: null, role: null, secondsAgo: 0, revoked: false },
  bob: { username: 'bob', role: 'User', secondsAgo: 0, revoked: false },
  admin: { username: 'admin', role: 'Admin', secondsAgo: 0, revoked: false },
  'an administrator whose session was revoked': {
    username: 'admin',
    role: 'Admin',
    secondsAgo: 0,
    revoked: true,
  },
  'an administrator who signed in long ago': {
    username: 'admin',
    role: 'Admin',
    secondsAgo: FRESH_SECONDS,
    revoked: false,
  },
} as const;
type Caller = (typeof CALLERS)[keyof typeof CALLERS];

/** Returns the error that a policy gives to each caller; `null` if it lets the caller pass. */
function refusal(
  { access, revocation, maxAuthenticationAgeSeconds }: Policy,
  { role, secondsAgo, revoked }: Caller,
): string | null {
  if (access === 'public') return null;
  if (role === null) return '401 no_credentials';
  if (revoked && revocation === 'strict') return '401 session_revoked';
  if (access !== 'signed_in' && 'roles' in access && !access.roles.some((one) => one === role))
    return '403 role_required';
  return maxAuthenticationAgeSeconds !== null && secondsAgo >= maxAuthenticationAgeSeconds
    ? '403 reauthentication_required'
    : null;
}

const REFUSALS = [
  '401 no_credentials',
  '401 session_revoked',
  '403 role_required',
  '403 reauthentication_required',
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
  async function browserOf({ username, secondsAgo, revoked }: Caller) {
    const browser = app.browser();
    if (username === null) return browser;
    await createDemoAccounts(app.users, app.hasher, app.clock);
    expect((await browser.post('/login', { username, password: 'password' })).status).toBe(200);
    app.clock.advance(secondsAgo);
    await browser.request('/dashboard');
    const userId = (await app.users.findAccount(username))?.id ?? '';
    if (revoked)
      for (const { id } of (await app.layer.sessionsOf(userId)).sessions)
        await app.store.revoke(id, 'administrator', app.clock.now());
    return browser;
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
        const refused = refusal(stated.policy, as);
        const answer = await call(stated, as);
        if (refused) expect([stated.path, answer]).toEqual([stated.path, refused]);
        else expect([stated.path, REFUSALS.includes(answer)], answer).toEqual([stated.path, false]);
      }
    },
  );

  it('the command policies prints a table or JSON without opening a store', async () => {
    const print = async (...flags: string[]) =>
      (await commandLine(['policies', ...flags].join(' '), database())).out;
    expect(await print()).toMatch(
      /^PROCEDURE +TYPE +PLAIN HTTP +WHO +REVOCATION +PASSWORD +COOKIES\n/,
    );
    expect(await print()).toMatch(
      /\naccount\.deleteAccount +mutation +- +signed in +strict +< 600 s ago +sets\n/,
    );
    expect(await print()).toMatch(/\nadminOnly +query +GET \/admin-only +Admin +feed +- +-$/);
    expect(JSON.parse(await print('--json'))).toEqual(allPolicies(FRESH_SECONDS));
    expect(existsSync(pathOf('latchkey.db'))).toBe(false);
  });

  it('docs/policies.md shows the policies of the router', async () => {
    const page = readFileSync(new URL('../../../../docs/policies.md', import.meta.url), 'utf8');
    expect(page).toBe(`${(await commandLine('policies --markdown', database())).out}\n`);
  });
});
