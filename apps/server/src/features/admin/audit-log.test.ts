import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

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

describe('the audit log', () => {
  interface Page {
    events: {
      kind: string;
      actorId: string | null;
      userId: string | null;
      sessionId: string | null;
      reason: string | null;
      ipAddress: string | null;
      details: object;
    }[];
  }

  it('the audit log records actor, act, subject, address and reason', async () => {
    const [adminId, bobId] = [await idOf('admin'), await idOf('bob')];
    await caller(admin).mutate('admin.setRole', { userId: bobId, role: 'Admin' });
    await app.browser().post('/login', { username: 'mallory typed this', password: 'wrong' });
    await bob.post('/logout');
    app.clock.advance(60);
    for (let n = 0; n < 3; n++) await bob.request('/dashboard');
    await app.trail.flush();
    const { data } = await caller(admin).query<Page>('admin.audit');
    const told = data?.events
      .map(({ kind, actorId, userId, reason }) => [kind, actorId, userId, reason])
      .toReversed();
    expect(told).toEqual([
      ['session.issued', adminId, adminId, null],
      ['session.issued', bobId, bobId, null],
      ['role.changed', adminId, bobId, null],
      ['session.revoked', adminId, bobId, 'role_changed'],
      ['sign_in.refused', null, null, 'unknown_user'],
      ['refresh.refused', null, bobId, 'session_revoked'],
    ]);
    const change = data?.events.find(({ kind }) => kind === 'role.changed');
    expect([change?.details, change?.ipAddress]).toEqual([
      { from: 'User', to: 'Admin' },
      expect.stringMatching(/127\.0\.0\.1|::1/),
    ]);
    expect(JSON.stringify(data)).not.toContain('mallory typed this');
    const filtered = await caller(admin).query<Page>('admin.audit', {
      kind: 'role.changed',
      userId: bobId,
    });
    expect(filtered.data?.events).toHaveLength(1);
  });

  it('the audit log records a repeated refused refresh once, and a reuse with the sessions it ended', async () => {
    const thief = bob.copy();
    const thirdCopy = bob.copy();
    app.clock.advance(60);
    await bob.request('/dashboard');
    await bob.request('/dashboard');
    await app.layer.flush();
    app.clock.advance(60);
    expect((await thief.request('/dashboard')).status).toBe(401);
    for (let n = 0; n < 4; n++) expect((await thirdCopy.request('/dashboard')).status).toBe(401);
    await app.trail.flush();
    const { data } = await caller(admin).query<Page>('admin.audit', { userId: await idOf('bob') });
    expect(data?.events.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['refresh.refused', 'session_revoked'],
      ['session.reuse', null],
      ['session.issued', null],
    ]);
    expect(data?.events[1]?.details).toMatchObject({
      presentedGeneration: 0,
      generation: 1,
      endedSessionIds: [data?.events[1]?.sessionId],
    });
    expect((await app.users.findAccount('bob'))?.tokenVersion).toBe(1);
  });

  it('an administrator verifies the audit log against its seals', async () => {
    await app.seals.seal(app.clock.now(), 100);
    expect((await caller(admin).query('admin.verifyAudit')).data).toMatchObject({
      kind: 'intact',
      seals: 1,
      events: 2,
    });
  });
});
