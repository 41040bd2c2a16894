import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import { purgeSessions } from './purge-sessions.ts';
import type { SessionTimeline } from './session-timeline.ts';

const IDLE_SECONDS = 1_000;

let app: TestServer;
let admin: Browser;
let bob: Browser;
let bobId: string;
let sessionId: string;
let began: number;
beforeEach(async () => {
  app = await startApp({
    session: { accessTokenSeconds: 60, idleSeconds: IDLE_SECONDS, maxSeconds: 5_000 },
  });
  bob = app.browser('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0');
  await bob.post('/login', { username: 'bob', password: 'password' });
  bobId = (await app.users.findAccount('bob'))?.id ?? '';
  sessionId = (await app.layer.sessionsOf(bobId)).sessions[0]?.id ?? '';
  began = app.clock.now();
  admin = await signedIn('admin');
});
afterEach(() => app.close());

const signedIn = async (username: string) => {
  const browser = app.browser();
  await browser.post('/login', { username, password: 'password' });
  return browser;
};
const ask = (path: string, browser: Browser, id: unknown) =>
  caller(browser).query<SessionTimeline>(path, { sessionId: id });
const timeline = async (id = sessionId, browser = admin) => {
  const { status, data } = await ask('admin.sessionTimeline', browser, id);
  if (!data) throw new Error(`there is no timeline: ${status}`);
  return data;
};
/** Returns each event of a timeline with its seconds since the beginning of the test. */
const told = ({ entries }: SessionTimeline) =>
  entries.map(({ at, kind, generation, reason }) => [
    (at - began) / 1000,
    kind,
    generation,
    reason,
  ]);
const lifetime = async (browser = bob) => {
  app.clock.advance(60);
  expect((await browser.request('/dashboard')).status).toBe(200);
  await browser.request('/dashboard');
  await app.layer.flush();
};

describe('admin.sessionTimeline', () => {
  it('the timeline of a new session shows only its start', async () => {
    expect(await timeline()).toEqual({
      sessionId,
      userId: bobId,
      username: 'bob',
      startedAt: began,
      generation: 0,
      endedAt: null,
      expiresAt: began + IDLE_SECONDS * 1000,
      more: false,
      entries: [
        {
          at: began,
          kind: 'started',
          generation: 0,
          presentedGeneration: null,
          decision: null,
          reason: null,
          by: null,
          actorName: 'bob',
          statedReason: null,
          ipAddress: expect.stringMatching(/127\.0\.0\.1|::1/),
          browser: 'Firefox 128',
          system: expect.stringContaining('Linux'),
        },
      ],
    });
  });

  it('the timeline shows the latest rotation and the number of rotations', async () => {
    for (let n = 0; n < 3; n++) await lifetime();
    const known = await timeline();
    expect([known.generation, known.startedAt]).toEqual([3, began]);
    expect(told(known)).toEqual([
      [0, 'started', 0, null],
      [180, 'rotated', 3, null],
      [180, 'acknowledged', 3, null],
    ]);
    expect(known.entries[1]).toMatchObject({ decision: 'rotate', browser: 'Firefox 128' });
  });

  it('the timeline shows a shared successor, the reuse, and the sessions it ended', async () => {
    const other = await signedIn('bob');
    const otherId =
      (await app.layer.sessionsOf(bobId)).sessions.find(({ id }) => id !== sessionId)?.id ?? '';
    const thief = bob.copy();
    const { cookieHeader } = bob.send('/');
    app.clock.advance(60);
    await bob.request('/dashboard');
    await fetch(`${app.origin}/dashboard`, {
      headers: { cookie: cookieHeader, 'user-agent': 'Elsewhere' },
    });
    await lifetime();
    app.clock.advance(40);
    expect((await thief.request('/dashboard')).status).toBe(401);
    app.clock.advance(1);
    expect((await bob.copy().request('/dashboard')).status).toBe(401);
    await app.trail.flush();

    const known = await timeline();
    expect(told(known)).toEqual([
      [0, 'started', 0, null],
      [60, 'shared', 1, null],
      [120, 'rotated', 2, null],
      [120, 'acknowledged', 2, null],
      [160, 'reuse', 2, null],
      [160, 'ended', null, 'reuse'],
      [161, 'refused', null, 'session_revoked'],
    ]);
    expect(known.entries[1]).toMatchObject({ decision: 'converge', presentedGeneration: 0 });
    expect(known.entries[4]).toMatchObject({ presentedGeneration: 0, by: null });
    expect([known.endedAt, known.expiresAt, known.entries[5]?.by]).toEqual([
      began + 160_000,
      null,
      'server',
    ]);
    expect(told(await timeline(otherId)).at(-1)).toEqual([160, 'ended', null, 'reuse']);
    expect((await other.request('/dashboard')).status).toBe(401);
  });

  it("the timeline shows that a session was recovered from its browser's token", async () => {
    const before = await app.store.find(sessionId);
    for (let n = 0; n < 2; n++) await lifetime();
    const { db } = app.database;
    const lost = {
      generation: 0,
      secret_hash: before?.secretHash ?? '',
      previous_secret_hash: null,
      acknowledged_at: null,
    };
    await db.updateTable('latchkey_sessions').set(lost).where('id', '=', sessionId).execute();
    app.clock.advance(60);
    expect((await bob.request('/dashboard')).status).toBe(200);
    await app.trail.flush();
    const known = await timeline();
    expect(told(known)).toEqual([
      [0, 'started', 0, null],
      [180, 'rotated', 2, null],
      [180, 'recovered', 0, null],
    ]);
    expect(known.entries.map(({ decision }) => decision)).toEqual([null, 'recover', 'recover']);
  });

  it('the timeline shows who ended the session, the stated reason, and reauthentication', async () => {
    app.clock.advance(10);
    await bob.post('/trpc/auth.reauthenticate', { password: 'password' });
    await app.layer.flush();
    app.clock.advance(10);
    await caller(admin).mutate('admin.revokeSession', { sessionId, reason: 'Ticket 4711' });
    const known = await timeline();
    expect(told(known)).toEqual([
      [0, 'started', 0, null],
      [10, 'reauthenticated', null, null],
      [10, 'acknowledged', 0, null],
      [20, 'ended', null, 'administrator'],
    ]);
    expect(known.entries[3]).toMatchObject({
      by: 'administrator',
      actorName: 'admin',
      statedReason: 'Ticket 4711',
      ipAddress: null,
    });
  });

  it('the timeline shows the expiry, and logged events after the record is purged', async () => {
    app.clock.advance(IDLE_SECONDS + 1);
    admin = await signedIn('admin');
    const expired = await timeline();
    expect(told(expired).at(-1)).toEqual([IDLE_SECONDS, 'ended', null, 'idle_expired']);
    expect([expired.expiresAt, expired.generation]).toEqual([null, 0]);
    await purgeSessions(app.purgeable, app.clock.now());
    expect(await app.store.find(sessionId)).toBeNull();
    const known = await timeline();
    expect([
      known.generation,
      known.userId,
      known.username,
      known.startedAt,
      known.endedAt,
    ]).toEqual([null, bobId, 'bob', began, expired.endedAt]);
    expect(told(known)).toEqual(told(expired));
  });

  it('a timeline that omits events says that it is incomplete and still shows the end', async () => {
    const event = {
      kind: 'session.shared',
      at: began + 1,
      actorId: null,
      userId: bobId,
      sessionId,
      ipAddress: null,
      userAgent: null,
    };
    await app.auditLog.append([
      ...Array.from({ length: 600 }, () => event),
      { ...event, kind: 'constructor' },
    ]);
    app.clock.advance(5);
    await app.layer.revoke(sessionId, 'administrator');
    const known = await timeline();
    expect([known.more, known.entries.filter(({ kind }) => kind === 'shared').length]).toEqual([
      true,
      499,
    ]);
    expect(told(known).at(-1)).toEqual([5, 'ended', null, 'administrator']);
  });

  it('the timeline skips events of unknown kinds', async () => {
    const odd = {
      at: began,
      actorId: null,
      userId: bobId,
      sessionId,
      ipAddress: null,
      userAgent: null,
    };
    await app.auditLog.append([
      { ...odd, kind: 'constructor' },
      { ...odd, kind: 'session.shared', generation: 'many', presentedGeneration: null } as never,
    ]);
    expect(told(await timeline())).toEqual([
      [0, 'started', 0, null],
      [0, 'shared', null, null],
    ]);
  });
});
