import type { Browser } from '@latchkey/core/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

interface Page {
  events: { kind: string; reason: string | null; details: Record<string, unknown> }[];
}

const WHY = 'Ticket 4711: left the company, says "HR"';
/**
 * Matches any part of the stated reason, but not its digits alone: a random id may contain those.
 */
const PART_OF_WHY = /Ticket| 4711|4711:|left the company|, says/;

let app: TestServer;
let admin: Browser;
let bob: Browser;
let bobId: string;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  [admin, bob] = [app.browser(), app.browser()];
  await admin.post('/login', { username: 'admin', password: 'password' });
  await bob.post('/login', { username: 'bob', password: 'password' });
  bobId = (await app.users.findAccount('bob'))?.id ?? '';
});
afterEach(() => app.close());

const sessionOfBob = async () => (await app.layer.sessionsOf(bobId)).sessions[0]?.id;
const audit = async (input: object = {}) =>
  (await caller(admin).query<Page>('admin.audit', { userId: bobId, ...input })).data?.events ?? [];
const stated = async () =>
  (await audit())
    .filter(({ kind }) => kind !== 'session.issued')
    .map(({ kind, details }) => [kind, details.statedReason])
    .toReversed();

/** Each act that takes a stated reason, and the audit events that it writes. */
const ACTS: [string, () => Promise<object>, string[]][] = [
  ['admin.disableUser', async () => ({ userId: bobId }), ['user.disabled', 'session.revoked']],
  [
    'admin.setRole',
    async () => ({ userId: bobId, role: 'Admin' }),
    ['role.changed', 'session.revoked'],
  ],
  ['admin.signOutUser', async () => ({ userId: bobId }), ['session.revoked']],
  ['admin.removeUser', async () => ({ userId: bobId }), ['user.removed', 'session.revoked']],
  ['admin.revokeSession', async () => ({ sessionId: await sessionOfBob() }), ['session.revoked']],
];

describe('the reason that an administrator states', () => {
  it.each(ACTS)(
    'keeps the trimmed stated reason for %s with each event of the act',
    async (path, input, kinds) => {
      expect(
        (await caller(admin).mutate(path, { ...(await input()), reason: `  ${WHY}\n` })).status,
      ).toBe(200);
      expect(await stated()).toEqual(kinds.map((kind) => [kind, WHY]));
      expect((await audit({ text: '4711' })).map(({ kind }) => kind)).toEqual(kinds.toReversed());
    },
  );

  it('keeps the stated reason for admin.enableUser', async () => {
    await caller(admin).mutate('admin.disableUser', { userId: bobId });
    await caller(admin).mutate('admin.enableUser', { userId: bobId, reason: WHY });
    expect(await stated()).toEqual([
      ['user.disabled', undefined],
      ['session.revoked', undefined],
      ['user.enabled', WHY],
    ]);
  });

  it("an event keeps the administrator's stated reason beside the reason why the session ended", async () => {
    await caller(admin).mutate('admin.setRole', {
      userId: bobId,
      role: 'Admin',
      reason: 'signed_out',
    });
    const [revoked, changed] = await audit();
    expect(revoked).toMatchObject({
      reason: 'role_changed',
      details: { statedReason: 'signed_out' },
    });
    expect(changed?.details).toEqual({ from: 'User', to: 'Admin', statedReason: 'signed_out' });
  });

  it.each(ACTS)(
    'records no stated reason for %s when none is given',
    async (path, input, kinds) => {
      expect((await caller(admin).mutate(path, await input())).status).toBe(200);
      const events = (await audit()).filter(({ kind }) => kinds.includes(kind));
      expect(events.length).toBe(kinds.length);
      for (const { details } of events) expect(details).not.toHaveProperty('statedReason');
    },
  );

  const BAD = [
    '',
    '   ',
    'x'.repeat(501),
    'two\nlines',
    'a tab\there',
    'a NUL\0',
    'an escape\u001b[31m',
    'turned\u202eround',
    'half a \ud83d',
    7,
    null,
    ['why'],
  ];
  it.each(ACTS)(
    '%s refuses a stated reason that is not one line of text, and changes nothing',
    async (path, input) => {
      for (const reason of BAD) {
        const { status, error } = await caller(admin).mutate(path, { ...(await input()), reason });
        expect([reason, status, error?.message]).toEqual([
          reason,
          400,
          expect.stringMatching(/^reason: /),
        ]);
      }
      expect(await stated()).toEqual([]);
      expect((await bob.request('/dashboard')).status).toBe(200);
    },
  );

  it('accepts a stated reason of 500 characters', async () => {
    await caller(admin).mutate('admin.revokeSession', {
      sessionId: await sessionOfBob(),
      reason: 'é'.repeat(500),
    });
    expect(await stated()).toEqual([['session.revoked', 'é'.repeat(500)]]);
  });

  it('changing a stated reason breaks the seal of the audit log', async () => {
    await caller(admin).mutate('admin.revokeSession', {
      sessionId: await sessionOfBob(),
      reason: WHY,
    });
    await app.seals.seal(app.clock.now(), 100);
    expect((await app.seals.verify()).kind).toBe('intact');
    const { db } = app.database;
    await sql`drop trigger latchkey_audit_events_no_update`.execute(db);
    await sql`update latchkey_audit_events set details = replace(details, '4711', '4712')`.execute(
      db,
    );
    expect(await stated()).toEqual([['session.revoked', WHY.replace('4711', '4712')]]);
    expect(await app.seals.verify()).toMatchObject({
      kind: 'broken',
      why: expect.stringContaining('hash does not match'),
    });
  });

  it("does not show an administrator's stated reason to the user concerned", async () => {
    const sessionId = await sessionOfBob();
    const before = bob.copy();
    await caller(admin).mutate('admin.signOutUser', { userId: bobId, reason: WHY });
    await caller(admin).mutate('admin.setRole', { userId: bobId, role: 'Admin', reason: WHY });
    await bob.post('/login', { username: 'bob', password: 'password' });
    const events = await caller(bob).query<Page>('account.securityEvents');
    expect(events.data?.events.map(({ kind, details }) => [kind, details])).toEqual([
      ['session.issued', {}],
      ['role.changed', { from: 'User', to: 'Admin' }],
      ['session.revoked', {}],
      ['session.issued', {}],
    ]);
    app.clock.advance(60);
    const told = [
      await caller(before).query('account.whySignedOut'),
      await caller(bob).query('account.sessionReceipts'),
      await caller(before).query('dashboard'),
      await caller(bob).query('admin.sessionReceipt', { session: sessionId }),
    ];
    expect(JSON.stringify(told)).toContain(sessionId);
    expect(JSON.stringify(told)).not.toMatch(PART_OF_WHY);
  });

  it('shows administrators the reasons they stated, among their own events', async () => {
    const adminId = (await app.users.findAccount('admin'))?.id;
    const other = app.browser();
    await other.post('/login', { username: 'admin', password: 'password' });
    const [newest] = (await app.layer.sessionsOf(adminId ?? '')).sessions;
    await caller(admin).mutate('admin.revokeSession', { sessionId: newest?.id, reason: WHY });
    const again = app.browser();
    await again.post('/login', { username: 'admin', password: 'password' });
    const own = await caller(again).query<Page>('account.securityEvents', { limit: 2 });
    expect(own.data?.events[1]?.details).toEqual({ statedReason: WHY });
  });

  it("the stream of a user's own events omits an administrator's stated reason", async () => {
    await caller(admin).mutate('admin.setRole', { userId: bobId, role: 'Admin', reason: WHY });
    await bob.post('/login', { username: 'bob', password: 'password' });
    const streamed = await firstEvents(bob, 'account.watchSecurityEvents', 4);
    expect(streamed).toContain('role.changed');
    expect(streamed).not.toMatch(PART_OF_WHY);
    expect(await firstEvents(admin, 'admin.watchAudit', 5)).toMatch(PART_OF_WHY);
  });
});

/**
 * Returns the first events that a subscription over SSE sends, from the beginning of the audit log
 * on.
 */
async function firstEvents(browser: Browser, path: string, count: number): Promise<string> {
  const abort = new AbortController();
  const input = encodeURIComponent(JSON.stringify({ lastEventId: '0' }));
  const response = await browser.fetch(`${app.origin}/trpc/${path}?input=${input}`, {
    signal: abort.signal,
  });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.split('"kind"').length > count) break;
  }
  abort.abort();
  return text;
}
