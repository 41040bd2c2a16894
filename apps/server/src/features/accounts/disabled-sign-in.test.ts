import { SYSTEM } from '@latchkey/core';
import { publicError } from '@latchkey/trpc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { limitAccounts } from '../limits/limit-accounts.ts';
import { createLimits } from '../limits/limits.ts';
import { memoryCounters } from '../limits/testing/memory-counters.ts';
import { createAccounts } from './accounts.ts';
import { ONE_TIME_PASSWORD_SECONDS } from './password/one-time-password.ts';

const TOLD = 'You left the company.';

let app: TestServer;
beforeEach(async () => {
  app = await startApp({ variables: { SIGN_IN_ATTEMPTS: '3' } });
  await disable('bob', TOLD);
});
afterEach(() => app.close());

async function disable(username: string, shownReason?: string): Promise<void> {
  const userId = (await app.users.findAccount(username))?.id ?? '';
  await app.accounts.setDisabled(userId, true, { ...SYSTEM, shownReason });
}
const signIn = (username: string, password: string) =>
  app.browser().post('/login', { username, password });

describe('the sign-in of a disabled user (F3)', () => {
  it('a disabled user is told so, with the reason, only after the right password (F3)', async () => {
    const right = await signIn('bob', 'password');
    expect([right.status, JSON.parse(right.body)]).toEqual([
      401,
      {
        message: `Your account is disabled. The administrator says: ${TOLD}`,
        reason: 'user_disabled',
        requestId: expect.any(String),
      },
    ]);
    const [wrong, unknown] = [await signIn('bob', 'wrong'), await signIn('mallory', 'wrong')];
    for (const reply of [wrong, unknown])
      expect([reply.status, JSON.parse(reply.body)]).toMatchObject([
        401,
        { message: 'That username and password do not match.', reason: 'invalid_credentials' },
      ]);
    expect([...right.headers.keys()].toSorted()).toEqual([...wrong.headers.keys()].toSorted());
    expect(right.headers.get('set-cookie')).toBeNull();
  });

  it('a disabled user without a reason is told whom to ask', async () => {
    const bobId = (await app.users.findAccount('bob'))?.id ?? '';
    await app.accounts.setDisabled(bobId, false, SYSTEM);
    await disable('bob');
    expect((await signIn('bob', 'password')).body).toContain('Ask an administrator why.');
  });

  it('the right password of a disabled user counts as an attempt (F3)', async () => {
    for (let attempt = 0; attempt < 3; attempt++)
      expect((await signIn('bob', 'password')).status).toBe(401);
    const limited = await signIn('bob', 'password');
    expect([limited.status, limited.body]).toEqual([429, expect.not.stringContaining(TOLD)]);
  });

  it('every refused sign-in makes the same calls in the same order, whatever is the matter (F3)', async () => {
    let calls: string[] = [];
    /** Records the calls of an object's methods. */
    const recorded = <Target extends object>(target: Target): Target =>
      new Proxy(target, {
        get(object, name) {
          const value: unknown = Reflect.get(object, name);
          if (typeof value !== 'function') return value;
          return (...given: unknown[]) => {
            calls.push(String(name));
            return Reflect.apply(value, object, given) as unknown;
          };
        },
      });
    const { clock } = app;
    const [users, hasher, trail] = [recorded(app.users), recorded(app.hasher), recorded(app.trail)];
    const limits = createLimits(
      {
        signInAttempts: 10,
        signInAttemptsPerAddress: 10,
        signInWindowSeconds: 900,
        signUpsPerAddress: 10,
      },
      { counters: recorded(memoryCounters(clock)), clock },
    );
    const plain = await createAccounts({ ...app, users, hasher, trail });
    const accounts = limitAccounts(plain, { users, limits, hasher });
    /** dora's one-time password was used, emil's has expired. */
    const passwords: Record<string, string> = {};
    for (const username of ['emil', 'dora']) {
      const account = { id: username, username, role: 'User', passwordHash: 'x', createdAt: 0 };
      await app.users.create(account);
      passwords[username] = (await accounts.rescue(username, SYSTEM)).password;
      if (username === 'emil') app.clock.advance(ONE_TIME_PASSWORD_SECONDS);
      else await accounts.checkPassword(username, passwords[username], SYSTEM);
    }

    const found = [];
    for (const [username, password = 'wrong'] of [
      ['mallory'],
      ['admin'],
      ['dora'],
      ['bob'],
      ['bob', 'password'],
      ['dora', passwords.dora],
      ['emil', passwords.emil],
    ] as const) {
      calls = [];
      const outcome = await accounts.checkPassword(username, password, SYSTEM).catch(publicError);
      found.push([outcome && 'reason' in outcome ? outcome.reason : outcome, calls]);
    }
    const CALLS = ['admit', 'add', 'add', 'findAccount', 'matches', 'observe'];
    expect(found).toEqual([
      [null, CALLS],
      [null, CALLS],
      [null, CALLS],
      [null, CALLS],
      ['user_disabled', CALLS],
      ['one_time_password_spent', CALLS],
      ['one_time_password_spent', CALLS],
    ]);
  });
});
