import { type SqlDatabase, sqlAuditLog } from '@latchkey/sql';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppDatabase, appTables, openAppDatabase } from '../../../services/app-database.ts';
import { plansOf, seekOnly } from '../../../testing/query-plans.ts';
import { type AuditQuery, type SqlAuditSearch, sqlAuditSearch } from '../audit-search.ts';
import { auditSpans, rangesOf } from './audit-spans.ts';

/** More events than one page looks at. */
const EVENTS = 24_000;

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

/** The events are numbered; number n happened at n milliseconds, but for one that was written late. */
describe.each(['SQLite', 'PostgreSQL'])('the search of a long audit log on %s', (name) => {
  let database: SqlDatabase;
  let tables: AppDatabase;
  let audit: SqlAuditSearch;
  beforeAll(async () => {
    database = await openAppDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
    tables = appTables(database);
    audit = sqlAuditSearch(tables);
    const numbers =
      name === 'SQLite'
        ? sql`(with recursive i(n) as (select 1 union all select n + 1 from i where n < ${EVENTS}) select n from i)`
        : sql`(select n from generate_series(1, ${EVENTS}) n)`;
    await database.transaction(() =>
      database.run(async (db) => {
        await sql`insert into app_users (id, username, password_hash, role, token_version, disabled, created_at)
          select 'u' || n, case when n <= 3000 then 'member' else 'guest' end || n, 'x', 'User', 0, 0, n
          from ${numbers} i where n <= 4000`.execute(db);
        await sql`insert into latchkey_audit_events (at, kind, actor_id, user_id, session_id, reason, ip_address, details)
          select case when n = 20000 then 5 else n end, case when n % 6000 = 1 then 'role.changed' else 'session.issued' end,
            case when n % 2 = 0 then 'u4000' else 'u' || (n % 3000 + 1) end, 'u' || (n % 3000 + 1), 's' || n,
            case when n = 7 then 'rare_reason' end, '10.0.' || (n % 200) || '.' || (n % 250),
            case when n = 9 then '{"statedReason":"a very rare text"}' end
          from ${numbers} i order by i.n`.execute(db);
      }),
    );
  }, 60_000);
  afterAll(() => database.close());

  /** Returns every event that a query finds, over all pages, and the number of pages. */
  async function all(query: Partial<AuditQuery>) {
    const found: number[] = [];
    let pages = 0;
    for (let after: number | null | undefined; after !== null; pages++) {
      const page = await audit.search({ limit: 100, ...query, after });
      found.push(...page.records.map(({ at }) => at));
      after = page.next;
    }
    return { found, pages };
  }
  const first = async (query: Partial<AuditQuery>) => {
    const { records, ...page } = await audit.search({ limit: 3, ...query });
    return { ...page, found: records.map(({ at }) => at) };
  };

  it('returns an unfilled page once it has looked at many events, and goes on after it', async () => {
    const page = await first({ actors: ['u4000'], kinds: ['role.changed', 'user.created'] });
    expect(page).toMatchObject({ found: [], next: null, isPartial: false });
    const byOthers = await audit.search({ limit: 3, text: 'member', userId: 'u4' });
    expect(byOthers.records).toHaveLength(3);
    const late = await first({ until: 100 });
    expect(late).toMatchObject({ found: [5], isPartial: true });
    const { found, pages } = await all({ until: 100 });
    expect(found).toEqual([5, ...Array.from({ length: 99 }, (_, n) => 99 - n)]);
    expect(pages).toBe(3);
  });

  it.each<[Partial<AuditQuery>, number[]]>([
    [{ text: 'rare_reason' }, [7]],
    [{ text: 'VERY rare' }, [9]],
    [{ kinds: ['role.changed'] }, [18_001, 12_001, 6_001, 1]],
    [{ kinds: ['role.changed'], order: 'asc' }, [1, 6_001, 12_001, 18_001]],
    [{ kinds: ['role.changed'], since: 2, until: 12_002 }, [12_001, 6_001]],
    [{ text: 'member2', sessionId: 's7' }, []],
    [{ text: 'guest4000', sessionId: 's8' }, [8]],
    [{ text: '10.0.7.', kinds: ['role.changed'] }, []],
    [{ text: '10.0.1.', kinds: ['role.changed'] }, [18_001, 12_001, 6_001, 1]],
    [{ actors: ['guest4000'], since: 5, until: 11 }, [5, 10, 8, 6]],
    [{ since: 5, until: 8, order: 'asc' }, [5, 6, 7, 5]],
  ])(
    'the filter %j finds the same events before and after they are summarized',
    async (query, expected) => {
      expect((await all(query)).found).toEqual(expected);
    },
  );

  it('merges the lists of many users in order, without duplicates', async () => {
    const { found } = await all({ text: 'member12', limit: 7 });
    const users = Array.from({ length: 3_000 }, (_, n) => n + 1).filter((n) =>
      `${n}`.startsWith('12'),
    );
    const expected = Array.from({ length: EVENTS }, (_, n) => EVENTS - n)
      .filter((n) => users.includes((n % 3_000) + 1))
      .map((n) => (n === 20_000 ? 5 : n));
    expect(found).toEqual(expected);
    expect((await all({ text: 'member12', order: 'asc', limit: 50 })).found).toEqual(
      expected.toReversed(),
    );
  });

  it('summarizes blocks at the second call, and skips the others in a span of time', async () => {
    const spans = auditSpans(tables);
    await spans.summarize(() => true);
    expect(await rangesOf(tables, 1, 5)).toEqual([{ above: -1, below: Number.MAX_SAFE_INTEGER }]);
    await spans.summarize(() => true);
    const rest = { above: 23_999, below: Number.MAX_SAFE_INTEGER };
    expect(await rangesOf(tables, 1_500, 1_600)).toEqual([
      { above: 999, below: 2_000 },
      { above: 19_999, below: 21_000 },
      rest,
    ]);
    expect(await rangesOf(tables, 90_000, 90_001)).toEqual([rest]);
    expect(await rangesOf(tables, undefined, 3)).toEqual([{ above: -1, below: 1_000 }, rest]);
    expect(await rangesOf(tables, 23_500, undefined)).toEqual([
      { above: 22_999, below: 24_000 },
      rest,
    ]);
    expect(await rangesOf(tables, undefined, undefined)).toHaveLength(1);
    /** A block with a late event is searched too. */
    expect(await rangesOf(tables, 4, 6)).toEqual([
      { above: -1, below: 1_000 },
      { above: 19_999, below: 21_000 },
      rest,
    ]);
    expect(await all({ since: 1_500, until: 1_503 })).toEqual({
      found: [1502, 1501, 1500],
      pages: 1,
    });
    expect((await all({ since: 4, until: 7 })).found).toEqual([5, 6, 5, 4]);
  });

  it('stops the summary when told to', async () => {
    const spans = auditSpans(tables);
    await sql`delete from app_audit_spans`.execute(tables.db);
    await spans.summarize(() => true);
    let steps = 0;
    await spans.summarize(() => ++steps <= 2);
    expect(await rangesOf(tables, 90_000, undefined)).toEqual([
      { above: 9_999, below: Number.MAX_SAFE_INTEGER },
    ]);
  });

  it('no search reads the whole log', { timeout: 60_000 }, async () => {
    if (name === 'PostgreSQL') await sql`analyze`.execute(tables.db);
    const plans = plansOf(tables);
    const watched = sqlAuditSearch(plans.database);
    for (const query of [
      {},
      { userId: 'u5' },
      { actors: ['guest4000'] },
      { sessionId: 's5' },
      { kinds: ['role.changed', 'session.issued'] },
      { since: 5, until: 500 },
      { text: 'member12' },
      { text: 'member' },
      { text: 'me' },
      { text: '10.0.7' },
      { text: 'rare_reason' },
      { text: 'K7QPM' },
      { text: 'rare text', kinds: ['session.issued'], actors: ['u4000'], since: 1, until: 9_999 },
    ])
      for (const order of ['asc', 'desc'] as const)
        for (const after of [undefined, 12_000])
          await watched.search({ ...query, order, after, limit: 50 });
    expect(await plans.offending(seekOnly('latchkey_audit_events', 'e'))).toEqual([]);
    expect(await plans.offending(seekOnly('app_users', 'u'))).toEqual([]);
    const sorting = await plans.offending(/TEMP B-TREE FOR ORDER BY/);
    expect(sorting.filter((step) => step.includes('json_group_array'))).toEqual([]);
    expect(await plans.offending(seekOnly('app_audit_texts', 't'))).toEqual([]);
    expect(await plans.offending(seekOnly('app_session_receipts', 'r'))).toEqual([]);
  });

  it('copies the text of each event, and writes malformed details without one', async () => {
    await sqlAuditLog(database).append([
      auditEntry({ kind: 'user.created', at: 90_000, username: 'Zelda', role: 'User' }),
      auditEntry({ kind: 'role.changed', at: 90_001, statedReason: 'Quote " and \\u0000' }),
    ]);
    await sql`insert into latchkey_audit_events (at, kind, details) values (90002, 'odd', '{"username":')`.execute(
      tables.db,
    );
    expect((await all({ text: 'zelda' })).found).toEqual([90_000]);
    expect((await all({ text: 'quote "' })).found).toEqual([90_001]);
    expect((await first({ since: 90_000 })).found).toEqual([90_002, 90_001, 90_000]);
  });
});
