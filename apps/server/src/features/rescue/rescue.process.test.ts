import { SYSTEM } from '@latchkey/core';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandLine } from '../../testing/command-line.ts';
import { processFixture } from '../../testing/process-fixture.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import { createAccounts } from '../accounts/accounts.ts';

const PASSWORD = 'lantern otter seventeen brick';

describe('a rescue on PostgreSQL (F3)', () => {
  let postgres: TestDatabase;
  let first: TestServer;
  let second: TestServer;
  let bobId: string;
  beforeAll(async () => {
    postgres = await testDatabase();
  });
  afterAll(() => postgres.drop());
  beforeEach(async () => {
    first = await startApp({ databaseUrl: postgres.url });
    second = await startApp({ databaseUrl: postgres.url, clock: first.clock });
    bobId = (await first.users.findAccount('bob'))?.id ?? '';
  });
  afterEach(async () => {
    await first.accounts.remove(bobId, SYSTEM);
    await Promise.all([first.close(), second.close()]);
  });

  const signIn = ({ browser }: TestServer, password: string) =>
    browser().post('/login', { username: 'bob', password });

  it('of many sign-ins on two nodes with a one-time password, one succeeds (F3)', async () => {
    const { password } = await first.accounts.rescue(bobId, SYSTEM);
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, n) => signIn(n % 2 === 0 ? first : second, password)),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await first.layer.sessionsOf(bobId)).sessions).toHaveLength(1);
  });

  it('a password change that waits for the row while the account is rescued is undone (F3)', async () => {
    const thief = first.browser();
    await thief.post('/login', { username: 'bob', password: 'password' });
    const { sessions } = await first.layer.sessionsOf(bobId);
    const waits = Promise.withResolvers<void>();
    /** The change of the thief has begun, and goes on once the rescue has committed. */
    const rescued = waits.promise.then(() => second.accounts.rescue(bobId, SYSTEM));
    const users = {
      ...first.users,
      async change(...given: Parameters<typeof first.users.change>) {
        waits.resolve();
        await rescued;
        return first.users.change(...given);
      },
      /** Takes no lock, as for an installation without administrators. */
      holdEnabled: async () => ['another', 'and another'],
    };
    const accounts = await createAccounts({ ...first, users });
    const of = { userId: bobId, sessionId: sessions[0]?.id ?? '' };
    await expect(accounts.changePassword(of, PASSWORD, SYSTEM)).rejects.toThrow('not signed in');
    expect((await signIn(first, PASSWORD)).status).toBe(401);
    expect((await signIn(second, (await rescued).password)).status).toBe(200);
  });

  it('a rescue whose revocations cannot be written changes nothing', async () => {
    const failing = {
      ...first.layer,
      revokeUserSessions: () => Promise.reject(new Error('the store fails')),
    };
    const broken = await createAccounts({ ...first, layer: failing });
    await expect(broken.rescue(bobId, SYSTEM)).rejects.toThrow('the store fails');
    expect(await first.notices.listOfUser(bobId)).toEqual([]);
    expect((await signIn(first, 'password')).status).toBe(200);
  });

  it('notices and shown reasons are kept on PostgreSQL as on SQLite (F3, F17)', async () => {
    const browser = first.browser();
    await browser.post('/login', { username: 'bob', password: 'password' });
    const by = { ...SYSTEM, shownReason: 'Your phone was stolen.' };
    await second.accounts.rescue(bobId, by);
    await second.accounts.rescue(bobId, by);
    const notices = await first.notices.listOfUser(bobId);
    expect(notices).toEqual([
      {
        userId: bobId,
        kind: 'administrator',
        at: first.clock.now(),
        cause: 'administrator',
        shownReason: by.shownReason,
      },
    ]);
    first.clock.advance(60);
    expect((await caller(browser).query('account.whySignedOut')).data).toMatchObject({
      shownReason: by.shownReason,
      by: 'operator',
    });
    await first.notices.dismiss(bobId, 'administrator', (notices[0]?.at ?? 0) - 1);
    expect(await first.notices.listOfUser(bobId)).toHaveLength(1);
    await first.notices.dismiss(bobId, 'administrator', notices[0]?.at ?? 0);
    expect(await first.notices.listOfUser(bobId)).toEqual([]);
  });
});

describe('the command users rescue (F3)', () => {
  const { database } = processFixture();
  const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 1').toString('base64url');

  it('users rescue prints a one-time password, which works once and has to be changed (F3)', async () => {
    const variables = { ...database(), LATCHKEY_SECRET };
    const app = await startApp({ databaseUrl: variables.DATABASE_URL });
    const cli = (words: string) => commandLine(words, variables, { clock: app.clock });
    const { code, out } = await cli('users rescue BOB --tell=Stolen --reason=4711');
    expect([code, out.split('\n')[0]]).toEqual([
      0,
      'bob is signed out everywhere, and the old password no longer works.',
    ]);
    const [password = ''] = /(\w{5}-){3}\w{5}/.exec(out) ?? [];
    const signIn = () => app.browser().post('/login', { username: 'bob', password });
    expect((await signIn()).status).toBe(200);
    expect((await signIn()).status).toBe(401);
    const bobId = (await app.users.findAccount('bob'))?.id ?? '';
    expect((await app.notices.listOfUser(bobId))[0]?.shownReason).toBe('Stolen');
    const events = await app.auditLog.list({ limit: 10, userId: bobId });
    expect(events.find(({ kind }) => kind === 'user.rescued')).toMatchObject({
      actorId: null,
      details: { statedReason: '4711', shownReason: 'Stolen' },
    });
    const again = JSON.parse((await cli('users rescue bob --json')).out) as object;
    expect(again).toMatchObject({
      username: 'bob',
      oneTimePassword: expect.stringMatching(/^(\w{5}-){3}\w{5}$/),
      expiresAt: new Date(app.clock.now() + 86_400_000).toISOString(),
    });
    expect((await cli('users rescue mallory')).code).toBe(1);
    expect(await cli(`users rescue bob --tell=${'x'.repeat(501)}`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^--tell is "x+": /),
    });
    await app.close();
  });
});
