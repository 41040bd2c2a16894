import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appTables } from '../../services/app-database.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import type { SessionTimeline } from './session-timeline.ts';

let app: TestServer;
let admin: Browser;
let bob: Browser;
let sessionId: string;
const idOf = async (username: string) => (await app.users.findAccount(username))?.id ?? '';
const signedIn = async (username: string) => {
  const browser = app.browser();
  await browser.post('/login', { username, password: 'password' });
  return browser;
};
beforeEach(async () => {
  app = await startApp();
  bob = await signedIn('bob');
  sessionId = (await app.layer.sessionsOf(await idOf('bob'))).sessions[0]?.id ?? '';
  admin = await signedIn('admin');
});
afterEach(() => app.close());

const ask = (path: string, browser: Browser, id: unknown) =>
  caller(browser).query<SessionTimeline>(path, { sessionId: id });

describe('admin.sessionTimeline', () => {
  it.each([
    ['nothing', 404],
    ['%', 404],
    ['', 400],
    ['x'.repeat(65), 400],
    ['a\0', 400],
    [7, 400],
    [undefined, 400],
  ])('answers a timeline request for %j with %d', async (id, status) => {
    for (const path of ['admin.sessionTimeline', 'account.sessionTimeline'])
      expect([path, (await ask(path, admin, id)).status]).toEqual([path, status]);
  });

  it("finds a timeline by session id, not by the session's reference", async () => {
    await app.layer.revoke(sessionId, 'administrator');
    const reference = (await app.receipts.explain(sessionId))?.reference;
    expect((await ask('admin.sessionTimeline', admin, reference)).status).toBe(404);
  });

  it("admin.sessionTimeline answers 403 to a plain user, also for the user's own session", async () => {
    expect((await ask('admin.sessionTimeline', bob, sessionId)).status).toBe(403);
  });
});

describe('account.sessionTimeline', () => {
  it("account.sessionTimeline shows the user's own session", async () => {
    app.clock.advance(60);
    await bob.request('/dashboard');
    const { data } = await ask('account.sessionTimeline', bob, sessionId);
    expect(data?.sessionId).toBe(sessionId);
    expect(data).toEqual((await ask('admin.sessionTimeline', admin, sessionId)).data);
  });

  it("a user's timeline omits an administrator's address, name and reason", async () => {
    await caller(admin).mutate('admin.revokeSession', { sessionId, reason: 'Ticket 4711' });
    await bob.post('/login', { username: 'bob', password: 'password' });
    const { data } = await ask('account.sessionTimeline', bob, sessionId);
    expect(data?.entries.at(-1)).toMatchObject({
      kind: 'ended',
      reason: 'administrator',
      by: 'administrator',
      actorName: null,
      statedReason: null,
      ipAddress: null,
      browser: null,
      system: null,
    });
    expect(JSON.stringify(data)).not.toMatch(/Ticket| 4711/);
  });

  it("account.sessionTimeline answers 404 for another user's session as for an unknown id", async () => {
    const adminId = await idOf('admin');
    const foreign = (await app.layer.sessionsOf(adminId)).sessions[0]?.id ?? '';
    const never = await ask('account.sessionTimeline', bob, 'never');
    const live = await ask('account.sessionTimeline', bob, foreign);
    await app.layer.revoke(foreign, 'administrator');
    const ended = await ask('account.sessionTimeline', bob, foreign);
    await app.database.db.deleteFrom('latchkey_sessions').where('id', '=', foreign).execute();
    const gone = await ask('account.sessionTimeline', bob, foreign);
    await appTables(app.database).db.deleteFrom('app_session_receipts').execute();
    const forgotten = await ask('account.sessionTimeline', bob, foreign);
    for (const { status, error } of [live, ended, gone, forgotten])
      expect([status, error?.message]).toEqual([404, never.error?.message]);
  });

  it('account.sessionTimeline answers 401 without a session', async () => {
    expect((await ask('account.sessionTimeline', app.browser(), sessionId)).status).toBe(401);
  });
});
