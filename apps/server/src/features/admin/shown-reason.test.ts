import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

const TOLD = 'You told us that your phone was stolen.';
const WHY = 'Ticket 4711';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

interface Event {
  readonly kind: string;
  readonly actorId: string | null;
  readonly ipAddress: string | null;
  readonly browser: string | null;
  readonly details: object;
}

let app: TestServer;
let admin: Browser;
let bob: Browser;
let bobId: string;
let sessionId: string;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  [admin, bob] = [app.browser(CHROME), app.browser(FIREFOX)];
  await admin.post('/login', { username: 'admin', password: 'password' });
  await bob.post('/login', { username: 'bob', password: 'password' });
  bobId = (await app.users.findAccount('bob'))?.id ?? '';
  sessionId = (await app.layer.sessionsOf(bobId)).sessions[0]?.id ?? '';
});
afterEach(() => app.close());

/** Each act that ends a user's sessions and may tell the user why, with its notice. */
const ACTS: [path: string, input: () => object, cause: string][] = [
  ['admin.disableUser', () => ({ userId: bobId }), 'user_disabled'],
  ['admin.setRole', () => ({ userId: bobId, role: 'Admin' }), 'role_changed'],
  ['admin.signOutUser', () => ({ userId: bobId }), 'administrator'],
  ['admin.rescueUser', () => ({ userId: bobId }), 'administrator'],
  ['admin.revokeSession', () => ({ sessionId }), 'administrator'],
];
const act = (path: string, input: object) =>
  caller(admin).mutate<{ oneTimePassword?: string }>(path, input);
const securityEvents = async (browser: Browser) =>
  (await caller(browser).query<{ events: Event[] }>('account.securityEvents')).data?.events ?? [];

describe('the reason that an administrator shows to the user (F3)', () => {
  it.each(ACTS)(
    'the browser whose session ended by %s is told the reason, and not the internal one (F3)',
    async (path, input) => {
      const { status } = await act(path, { ...input(), reason: WHY, shownReason: `  ${TOLD} ` });
      expect(status).toBe(200);
      app.clock.advance(60);
      const { data } = await caller(bob).query('account.whySignedOut');
      expect(data).toMatchObject({ shownReason: TOLD, by: 'administrator' });
      expect(JSON.stringify(data)).not.toContain(WHY);
    },
  );

  it.each(ACTS)(
    'the next sign-in after %s shows the reason on any device, until it is dismissed (F3)',
    async (path, input, cause) => {
      const { data } = await act(path, { ...input(), reason: WHY, shownReason: TOLD });
      if (path === 'admin.disableUser') await act('admin.enableUser', { userId: bobId });
      const password = data?.oneTimePassword ?? 'password';
      const elsewhere = app.browser();
      expect((await elsewhere.post('/login', { username: 'bob', password })).status).toBe(200);
      const notices = await caller(elsewhere).query('account.notices');
      expect(notices.data).toEqual([
        { kind: 'administrator', at: app.clock.now(), cause, shownReason: TOLD },
      ]);
    },
  );

  it('without a reason to show, only a rescue leaves a notice', async () => {
    await act('admin.signOutUser', { userId: bobId, reason: WHY });
    await act('admin.setRole', { userId: bobId, role: 'Admin' });
    expect(await app.notices.listOfUser(bobId)).toEqual([]);
    await act('admin.rescueUser', { userId: bobId });
    expect(await app.notices.listOfUser(bobId)).toMatchObject([{ shownReason: null }]);
  });

  it.each(ACTS)('%s refuses a shown reason that is not one line of text', async (path, input) => {
    for (const shownReason of ['', 'two\nlines', 'turned\u202eround', 'x'.repeat(501)]) {
      const { status, error } = await act(path, { ...input(), shownReason });
      expect([status, error?.message]).toEqual([400, expect.stringMatching(/^shownReason: /)]);
    }
    expect((await bob.request('/dashboard')).status).toBe(200);
  });

  it("a user's own events show the reason, and no address or browser of the administrator (F24)", async () => {
    for (const [path, input] of ACTS.slice(1, 3))
      await act(path, { ...input(), reason: WHY, shownReason: TOLD });
    const elsewhere = app.browser(FIREFOX);
    await elsewhere.post('/login', { username: 'bob', password: 'password' });
    const acts = (await securityEvents(elsewhere)).filter(({ kind }) => kind !== 'session.issued');
    expect(acts.map(({ kind }) => kind)).toEqual(['session.revoked', 'role.changed']);
    for (const event of acts)
      expect(event).toMatchObject({
        ipAddress: null,
        browser: null,
        details: { shownReason: TOLD },
      });
    expect(JSON.stringify(acts)).not.toContain(WHY);
  });

  it("an operator's rescue shows neither address nor program to the user (F24)", async () => {
    const operator = { userId: null, userAgent: CHROME, ipAddress: '203.0.113.9' };
    const { password } = await app.accounts.rescue(bobId, operator);
    await bob.post('/login', { username: 'bob', password });
    await caller(bob).mutate('account.changePassword', {
      newPassword: 'lantern otter seventeen brick',
    });
    const events = await securityEvents(bob);
    expect(events.find(({ kind }) => kind === 'user.rescued')).toMatchObject({
      actorId: null,
      ipAddress: null,
      browser: null,
    });
  });

  it("the audit log shows an administrator's act with the administrator's browser (F24)", async () => {
    await act('admin.signOutUser', { userId: bobId });
    const { data } = await caller(admin).query<{ events: (Event & { actorName: string })[] }>(
      'admin.audit',
      { userId: bobId, kind: 'session.revoked' },
    );
    expect(data?.events).toMatchObject([{ actorName: 'admin', browser: 'Chrome 130' }]);
  });
});
