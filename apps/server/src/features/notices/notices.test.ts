import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import type { Notice } from './notice.ts';

const PASSWORD = 'lantern otter seventeen brick';
const ACCESS_SECONDS = 60;

let app: TestServer;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: ACCESS_SECONDS, graceSeconds: 5 } });
});
afterEach(() => app.close());

async function signedIn(username = 'bob', password = 'password'): Promise<Browser> {
  const browser = app.browser();
  expect((await browser.post('/login', { username, password })).status).toBe(200);
  return browser;
}
const noticesOf = async (browser: Browser) =>
  (await caller(browser).query<Notice[]>('account.notices')).data;
const dismiss = (browser: Browser, input: object) =>
  caller(browser).mutate('account.dismissNotice', input);

/** Lets a thief use a copied refresh token after its owner. Returns when the server noticed. */
async function reuse(): Promise<number> {
  const owner = await signedIn();
  const thief = owner.copy();
  for (let round = 0; round < 2; round++) {
    app.clock.advance(ACCESS_SECONDS + 1);
    await owner.request('/dashboard');
  }
  app.clock.advance(ACCESS_SECONDS + 1);
  expect((await thief.request('/dashboard')).status).toBe(401);
  return app.clock.now();
}

describe('the notice after a reuse (F17)', () => {
  it('after a reuse every device of the owner is told until the password is changed (F17)', async () => {
    const at = await reuse();
    const [laptop, phone] = [await signedIn(), await signedIn()];
    for (const device of [laptop, phone])
      expect(await noticesOf(device)).toEqual([
        { kind: 'reuse', at, cause: null, shownReason: null },
      ]);
    await caller(laptop).mutate('account.changePassword', { newPassword: PASSWORD });
    expect(await noticesOf(laptop)).toEqual([]);
    expect(await noticesOf(await signedIn('bob', PASSWORD))).toEqual([]);
  });

  it('a dismissed notice is gone on every device, and the next reuse brings another (F17)', async () => {
    const at = await reuse();
    const [laptop, phone] = [await signedIn(), await signedIn()];
    expect((await dismiss(phone, { kind: 'reuse', at })).status).toBe(200);
    expect(await noticesOf(laptop)).toEqual([]);
    const again = await reuse();
    expect(await noticesOf(await signedIn())).toMatchObject([{ kind: 'reuse', at: again }]);
  });

  it('a dismissal does not hide a reuse that its sender has not seen (F17)', async () => {
    const seen = await reuse();
    const at = await reuse();
    const laptop = await signedIn();
    await dismiss(laptop, { kind: 'reuse', at: seen });
    expect(await noticesOf(laptop)).toMatchObject([{ at }]);
  });

  it('a notice is shown to its user only, and dismissed by its user only (F17)', async () => {
    const at = await reuse();
    const admin = await signedIn('admin');
    expect(await noticesOf(admin)).toEqual([]);
    await dismiss(admin, { kind: 'reuse', at });
    expect(await noticesOf(await signedIn())).toHaveLength(1);
    expect((await caller(app.browser()).query('account.notices')).status).toBe(401);
  });

  it('a rescue ends neither the notice nor lets a one-time password dismiss it (F17)', async () => {
    const at = await reuse();
    const bobId = (await app.users.findAccount('bob'))?.id ?? '';
    const { password } = await app.accounts.rescue(bobId, {
      userId: null,
      userAgent: null,
      ipAddress: null,
    });
    const owner = await signedIn('bob', password);
    expect((await noticesOf(owner))?.map(({ kind }) => kind).toSorted()).toEqual([
      'administrator',
      'reuse',
    ]);
    expect((await dismiss(owner, { kind: 'reuse', at })).error?.data.reason).toBe(
      'password_change_required',
    );
    await caller(owner).mutate('account.changePassword', { newPassword: PASSWORD });
    expect(await noticesOf(owner)).toEqual([]);
  });

  it('a removed user leaves no notices', async () => {
    await reuse();
    const bobId = (await app.users.findAccount('bob'))?.id ?? '';
    await app.accounts.remove(bobId, { userId: null, userAgent: null, ipAddress: null });
    expect(await app.notices.listOfUser(bobId)).toEqual([]);
  });

  it('a change that is rolled back leaves no notice', async () => {
    const bobId = (await app.users.findAccount('bob'))?.id ?? '';
    await signedIn();
    const undone = app.trail.transaction(async () => {
      const by = { userId: null, userAgent: null, ipAddress: null, shownReason: 'A test.' };
      await app.layer.revokeUserSessions(bobId, 'administrator', by);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await app.notices.listOfUser(bobId)).toEqual([]);
  });
});
