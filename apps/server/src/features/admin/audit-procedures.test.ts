import type { Browser } from '@latchkey/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

interface Page {
  events: {
    id: number;
    kind: string;
    at: number;
    actorName: string | null;
    username: string | null;
    reference: string | null;
  }[];
  next: number | null;
}

let app: TestServer;
let admin: Browser;
let bob: Browser;
let bobId: string;
let started: number;
/**
 * Each user's first event is the sign-in. A minute later bob's role changes, which ends his
 * session.
 */
beforeAll(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  started = app.clock.now();
  [admin, bob] = [app.browser(), app.browser()];
  await admin.post('/login', { username: 'admin', password: 'password' });
  await bob.post('/login', { username: 'bob', password: 'password' });
  bobId = (await app.users.findAccount('bob'))?.id ?? '';
  app.clock.advance(60);
  await caller(admin).mutate('admin.setRole', { userId: bobId, role: 'Admin' });
  await app.accounts.setRole(bobId, 'User', {
    userId: null,
    userAgent: null,
    ipAddress: '192.0.2.9',
  });
  await bob.post('/login', { username: 'bob', password: 'password' });
});
afterAll(() => app.close());

const ask = (input?: unknown, browser = admin) => caller(browser).query<Page>('admin.audit', input);
const kinds = async (input: unknown) => (await ask(input)).data?.events.map(({ kind }) => kind);

describe('admin.audit', () => {
  it('admin.audit names users, and ended sessions by their reference', async () => {
    const { data } = await ask({ kind: 'session.revoked' });
    expect(data?.events).toEqual([
      expect.objectContaining({
        actorName: 'admin',
        username: 'bob',
        reference: expect.stringMatching(/^[A-Z2-9]{5}-[A-Z2-9]{5}$/),
      }),
    ]);
    const reference = data?.events[0]?.reference?.toLowerCase().replace('-', '');
    expect(await kinds({ text: reference })).toEqual(['session.revoked', 'session.issued']);
  });

  it.each<[string, () => object, string[]]>([
    [
      'the name of the actor',
      () => ({ actor: 'ADMIN' }),
      ['session.revoked', 'role.changed', 'session.issued'],
    ],
    ['the id of the actor', () => ({ actor: bobId }), ['session.issued', 'session.issued']],
    [
      'several kinds',
      () => ({ kinds: ['role.changed', 'session.revoked'] }),
      ['role.changed', 'session.revoked', 'role.changed'],
    ],
    [
      'one kind and a subject',
      () => ({ kind: 'role.changed', userId: bobId }),
      ['role.changed', 'role.changed'],
    ],
    ['until', () => ({ until: started + 60_000 }), ['session.issued', 'session.issued']],
    ['since', () => ({ since: started + 60_000, actor: 'bob' }), ['session.issued']],
    ['an address', () => ({ text: ' 192.0.2.9 ' }), ['role.changed']],
    ['a reason', () => ({ text: 'role_' }), ['session.revoked']],
    ['a wildcard, which is literal', () => ({ text: '%' }), []],
    ['an unknown name', () => ({ actor: "admin' or 1=1 --" }), []],
  ])('filters the audit log by %s', async (_what, input, expected) => {
    expect(await kinds(input())).toEqual(expected);
  });

  it('admin.audit pages through a filtered audit log', async () => {
    const first = await ask({ text: 'bob', limit: 2 });
    const second = await ask({ text: 'bob', limit: 200, before: first.data?.next });
    const whole = await ask({ text: 'bob' });
    expect([...(first.data?.events ?? []), ...(second.data?.events ?? [])]).toEqual(
      whole.data?.events,
    );
    expect(second.data?.next).toBeNull();
  });

  it.each([
    [{ kinds: [] }, /^kinds: /],
    [{ kinds: ['role.changed', 'no.such'] }, /^kinds\.1: /],
    [{ kinds: Array(99).fill('role.changed') }, /^kinds: /],
    [{ since: -1 }, /^since: /],
    [{ until: 1.5 }, /^until: /],
    [{ until: 9e15 }, /^until: /],
    [{ text: '   ' }, /^text: /],
    [{ text: 'x'.repeat(129) }, /^text: /],
    [{ text: 'a\0' }, /^text: must not hold a NUL/],
    [{ actor: '' }, /^actor: /],
    [{ actor: 'x'.repeat(257) }, /^actor: /],
    [{ limit: 201 }, /^limit: /],
    [{ before: 0 }, /^before: /],
    [{ before: 'newest' }, /^before: /],
  ])('admin.audit refuses the input %j and names the field', async (input, message) => {
    const { status, error } = await ask(input);
    expect([status, error?.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it('admin.audit answers 403 to a plain user for any filter', async () => {
    expect((await ask({ actor: 'bob', text: 'bob' }, bob)).status).toBe(403);
  });
});
