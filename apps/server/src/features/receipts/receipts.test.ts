import type { Browser } from '@latchkey/core/testing';
import { refreshTokenFor } from '@latchkey/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../testing/command-line.ts';
import { processFixture } from '../../testing/process-fixture.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import { CAUSES, type Cause, type Ender, referenceIn, referenceOf } from './receipt.ts';

const PASSWORD = 'four words that do not belong';
const IDLE_SECONDS = 600;
const MAX_SECONDS = 1500;

interface Stage {
  readonly username: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly browser: Browser;
  /** A second browser of the same user. */
  readonly other: Browser;
  readonly admin: ReturnType<typeof caller>;
}
interface Told {
  readonly reference: string;
  readonly cause: Cause;
  readonly by: Ender;
  readonly at: number;
  readonly sessionId?: string;
}

describe('the cause of an ended session', () => {
  let app: TestServer;
  let people = 0;
  beforeAll(async () => {
    app = await startApp({
      session: {
        accessTokenSeconds: 60,
        idleSeconds: IDLE_SECONDS,
        maxSeconds: MAX_SECONDS,
        graceSeconds: 5,
      },
    });
  });
  afterAll(() => app.close());

  async function stage(): Promise<Stage> {
    const username = `person-${++people}`;
    const [browser, other, admin] = [app.browser(), app.browser(), app.browser()];
    expect(
      (await browser.post('/trpc/account.signUp', { username, password: PASSWORD })).status,
    ).toBe(200);
    const userId = (await app.users.findAccount(username))?.id ?? '';
    const [session] = (await app.layer.sessionsOf(userId)).sessions;
    await other.post('/login', { username, password: PASSWORD });
    await admin.post('/login', { username: 'admin', password: 'password' });
    return { username, userId, sessionId: session?.id ?? '', browser, other, admin: caller(admin) };
  }

  /**
   * Uses the browser for the given seconds, so that only the maximum lifetime can end its session.
   */
  async function use(browser: Browser, seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 300) {
      app.clock.advance(Math.min(300, seconds - passed));
      await browser.request('/dashboard');
    }
  }

  const acts: Record<Cause, { by: Ender; act(stage: Stage): Promise<unknown> }> = {
    signed_out: { by: 'owner', act: ({ browser }) => browser.post('/logout') },
    replaced: {
      by: 'owner',
      act: ({ browser, username }) => browser.post('/login', { username, password: PASSWORD }),
    },
    user_request: {
      by: 'owner',
      act: ({ other, sessionId }) => caller(other).mutate('account.revokeSession', { sessionId }),
    },
    password_changed: {
      by: 'owner',
      act: ({ other }) =>
        caller(other).mutate('account.changePassword', { newPassword: `${PASSWORD} today` }),
    },
    administrator: {
      by: 'administrator',
      act: ({ admin, sessionId }) => admin.mutate('admin.revokeSession', { sessionId }),
    },
    role_changed: {
      by: 'administrator',
      act: ({ admin, userId }) => admin.mutate('admin.setRole', { userId, role: 'Admin' }),
    },
    user_disabled: {
      by: 'administrator',
      act: ({ admin, userId }) => admin.mutate('admin.disableUser', { userId }),
    },
    user_removed: {
      by: 'administrator',
      act: ({ admin, userId }) => admin.mutate('admin.removeUser', { userId }),
    },
    session_limit: {
      by: 'server',
      async act({ username }) {
        const user = await app.users.findAccount(username);
        for (let signIns = 0; user && signIns < app.layer.options.maxSessionsPerUser; signIns++) {
          app.clock.advance(0.001);
          await app.layer.issue(user, { userAgent: null, ipAddress: null });
        }
      },
    },
    reuse: {
      by: 'server',
      async act({ browser }) {
        const thief = browser.copy();
        for (let round = 0; round < 2; round++) {
          app.clock.advance(61);
          await browser.request('/dashboard');
        }
        app.clock.advance(61);
        await thief.request('/dashboard');
      },
    },
    idle_expired: { by: 'server', act: async () => app.clock.advance(IDLE_SECONDS) },
    max_expired: { by: 'server', act: ({ browser }) => use(browser, MAX_SECONDS) },
  };

  it.each(CAUSES)('tells the user and administrators why a session ended: %s', async (cause) => {
    const staged = await stage();
    const held = staged.browser.copy();
    const cookies = held.cookies();
    const { by, act } = acts[cause];
    await act(staged);
    const admin = app.browser();
    await admin.post('/login', { username: 'admin', password: 'password' });
    const ask = (session: string) => caller(admin).query<Told>('admin.sessionReceipt', { session });

    for (const [name, value] of cookies) if (name !== 'X-Access-Token') held.setCookie(name, value);
    const { data: told } = await caller(held).query<Told>('account.whySignedOut');
    expect(told).toMatchObject({ cause, by, reference: referenceOf(staged.sessionId) });
    expect(told).not.toHaveProperty('userId');
    expect((await ask(staged.sessionId)).data).toMatchObject({ ...told, userId: staged.userId });
    expect((await ask(told?.reference.toLowerCase().replace('-', ' ') ?? '')).data).toMatchObject({
      cause,
      sessionId: staged.sessionId,
    });
  });

  it("lists a user's own ended sessions only", async () => {
    const { browser, other, sessionId } = await stage();
    await browser.post('/logout');
    expect((await caller(other).query<Told[]>('account.sessionReceipts')).data).toMatchObject([
      { sessionId, cause: 'signed_out', by: 'owner' },
    ]);
    const { other: stranger } = await stage();
    expect((await caller(stranger).query<Told[]>('account.sessionReceipts')).data).toEqual([]);
  });

  it('shows why a session ended only to a genuine refresh token of it', async () => {
    const { browser, username, sessionId } = await stage();
    const [anonymous, forger] = [app.browser(), app.browser()];
    expect((await caller(browser).query('account.whySignedOut')).data).toBeNull();
    await app.layer.revoke(sessionId, 'administrator');
    const other = app.keys.ring.macSigning;
    const { key } = (await startedElsewhere()).keys.ring.macSigning;
    forger.setCookie(
      'X-Refresh-Token',
      refreshTokenFor(
        { macSigning: { ...other, key } },
        { sessionId, generation: 0, userId: (await app.users.findAccount(username))?.id ?? '' },
        username,
      ).token,
    );
    forger.setCookie('X-Username', username);
    expect((await caller(anonymous).query('account.whySignedOut')).data).toBeNull();
    expect((await caller(forger).query('account.whySignedOut')).data).toBeNull();
    expect((await caller(browser).query<Told>('account.whySignedOut')).data).toMatchObject({
      cause: 'administrator',
      by: 'operator',
    });
  });

  it('an act that is rolled back leaves no receipt', async () => {
    const { sessionId } = await stage();
    const undone = app.trail.transaction(async () => {
      await app.layer.revoke(sessionId, 'administrator');
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await app.receipts.explain(sessionId)).toBeNull();
  });

  it('keeps the receipt for three months after the session is purged', async () => {
    const { sessionId } = await stage();
    await app.layer.revoke(sessionId, 'administrator');
    const at = app.clock.now();
    while ((await app.store.purge(at + 86_400_000, 100, null)).removed > 0);
    expect(await app.receipts.explain(sessionId)).toMatchObject({ cause: 'administrator' });
    await app.purgeable.receipts?.purge(at + 90 * 86_400_000 - 1, 100);
    expect(await app.receipts.explain(sessionId)).toMatchObject({ cause: 'administrator' });
    await app.purgeable.receipts?.purge(at + 90 * 86_400_000, 1000);
    expect(await app.receipts.explain(sessionId)).toBeNull();
  });

  /** Starts another installation, with its own secret. */
  async function startedElsewhere(): Promise<TestServer> {
    const elsewhere = await startApp({
      variables: {
        LATCHKEY_SECRET: Buffer.from('the secret of these tests, number 9').toString('base64url'),
      },
    });
    await elsewhere.close();
    return elsewhere;
  }
});

describe('the command sessions why', () => {
  const { database } = processFixture();

  it('sessions why finds a cause by session id and by reference', async () => {
    const [command, variables] = [(words: string) => commandLine(words, variables), database()];
    const app = await startApp({ databaseUrl: variables.DATABASE_URL });
    const bob = app.browser();
    await bob.post('/login', { username: 'bob', password: 'password' });
    const [session] = (await app.layer.sessionsOf((await app.users.findAccount('bob'))?.id ?? ''))
      .sessions;
    await app.close();
    const id = session?.id ?? '';
    expect((await command(`sessions why ${id}`)).code).toBe(1);
    await command(`sessions revoke ${id}`);
    expect((await command(`sessions why ${id}`)).out).toMatch(
      /^[A-Z2-9]{5}-[A-Z2-9]{5}: the session of bob ended .* \(administrator, by operator\)/,
    );
    expect(JSON.parse((await command(`sessions why ${referenceOf(id)} --json`)).out)).toMatchObject(
      { sessionId: id, cause: 'administrator', username: 'bob' },
    );
  });
});

it.each([
  ['k7qpm2xd9h', 'K7QPM-2XD9H'],
  [' K7QPM - 2XD9H ', 'K7QPM-2XD9H'],
  ['a-session-id-in-base64', 'a-session-id-in-base64'],
])('sessions why accepts a reference as users type it: %j', (typed, reference) => {
  expect(referenceIn(typed)).toBe(reference);
});
