import { deriveAuditKeys, SYSTEM } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { type SqlDatabase, sqlAuditLog, sqlAuditRetention, sqlAuditSeals } from '@latchkey/sql';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appTables, openAppDatabase } from '../../services/app-database.ts';
import { countedFirst, keptCounts } from '../audit-counts/keep-counts.ts';
import { bucketStart, countAudit, HOUR_MS } from './audit-counts.ts';

const SINCE = Date.UTC(2027, 0, 1);
const HOURS = 12;
const keys = deriveAuditKeys([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

describe.each(['SQLite', 'PostgreSQL'])('counts of audit events by time on %s', (name) => {
  let postgres: TestDatabase | undefined;
  let database: SqlDatabase;
  beforeEach(async () => {
    postgres = name === 'SQLite' ? undefined : await testDatabase();
    database = await openAppDatabase(postgres?.url ?? 'memory:');
    await write([
      [-1, 'session.issued'],
      [0, 'session.issued'],
      [HOUR_MS * 4 - 1, 'session.issued'],
      [HOUR_MS * 4, 'session.issued'],
      [HOUR_MS * HOURS - 1, 'session.issued'],
      [HOUR_MS * HOURS, 'session.issued'],
      [HOUR_MS * 5, 'session.revoked', 'signed_out'],
      [HOUR_MS * 6, 'session.revoked', 'signed_out'],
      [HOUR_MS * 7, 'session.revoked', 'administrator'],
      [HOUR_MS * 7, 'role.changed'],
    ]);
  });
  afterEach(async () => {
    await database.close();
    await postgres?.drop();
  });

  type Written = readonly [at: number, kind: string, reason?: string];
  const write = (events: readonly Written[]) =>
    sqlAuditLog(database).append(
      events.map(([at, kind, reason = null]) => auditEntry({ at: SINCE + at, kind, reason })),
    );
  const seal = (limit = 1_000) => sqlAuditSeals(database, keys).seal(SINCE, limit);
  const keepUp = () => keptCounts(appTables(database)).keepUp();
  const SPAN = { since: SINCE, until: SINCE + HOURS * HOUR_MS, buckets: 3 };
  const count = async (kinds = ['session.issued', 'session.revoked'], span = SPAN) =>
    (await countAudit(appTables(database), { ...span, kinds }))
      .map(({ bucket, kind, reason, count: n }) => `${bucket} ${kind} ${reason} ${n}`)
      .toSorted();
  const EXPECTED = [
    '0 session.issued null 2',
    '1 session.issued null 1',
    '1 session.revoked administrator 1',
    '1 session.revoked signed_out 2',
    '2 session.issued null 1',
  ];

  it('counts each audit event in one interval, by kind and reason, before it is sealed, after it is sealed and after it is counted', async () => {
    expect(await count()).toEqual(EXPECTED);
    await seal(4);
    expect(await count()).toEqual(EXPECTED);
    await keepUp();
    expect(await count()).toEqual(EXPECTED);
    while (await seal(2));
    expect(await count()).toEqual(EXPECTED);
    await keepUp();
    await keepUp();
    expect(await count()).toEqual(EXPECTED);
    expect(await count(['role.changed'], { ...SPAN, buckets: 12 })).toEqual([
      '7 role.changed null 1',
    ]);
  });

  it('counts of audit events stay when retention removes the events', async () => {
    await seal(6);
    await seal();
    const retention = countedFirst(
      keptCounts(appTables(database)),
      sqlAuditRetention(database, keys, settableClock(SINCE)),
    );
    const pruned = await retention.prune({ before: SINCE + 1, actor: SYSTEM });
    expect(pruned).toEqual({ kind: 'pruned', deleted: 6 });
    expect(await count()).toEqual(EXPECTED);
  });

  it('counts each audit event once though several nodes count at once', async () => {
    while (await seal(1));
    await Promise.all(Array.from({ length: 4 }, keepUp));
    expect(await count()).toEqual(EXPECTED);
  });

  it('counts more events than one step takes', async () => {
    await write(Array.from({ length: 2_500 }, (_, n) => [n * 1_000, 'password.refused'] as const));
    while (await seal(400));
    await keepUp();
    const counts = await countAudit(appTables(database), { ...SPAN, kinds: ['password.refused'] });
    expect(counts.map(({ count: n }) => n)).toEqual([2_500]);
    const cursor = await appTables(database)
      .db.selectFrom('app_audit_counts_cursor')
      .selectAll()
      .execute();
    expect(cursor.map(({ seal: last }) => Number(last))).toEqual([7]);
  });

  it.runIf(name === 'PostgreSQL')(
    'counts an audit event whose transaction commits after later ones were counted',
    async () => {
      await database.transaction(async () => {
        await write([[0, 'session.issued']]);
        const other = await openAppDatabase(postgres?.url ?? '');
        await sqlAuditLog(other).append([auditEntry({ at: SINCE, kind: 'session.issued' })]);
        await sqlAuditSeals(other, keys).seal(SINCE, 1_000);
        await keptCounts(appTables(other)).keepUp();
        await other.close();
      });
      await seal();
      await keepUp();
      expect((await count())[0]).toBe('0 session.issued null 4');
    },
  );

  it('adds up the counts of audit events over a year, in intervals of any length', async () => {
    const year = { since: SINCE - 8_000 * HOUR_MS, until: SINCE + 784 * HOUR_MS };
    await write([[-HOUR_MS * 8_000, 'role.changed']]);
    for (const settle of [async () => {}, async () => void (await seal()), keepUp]) {
      await settle();
      expect(await count(['role.changed'], { ...year, buckets: 1 })).toEqual([
        '0 role.changed null 2',
      ]);
      expect(await count(['role.changed'], { ...year, buckets: 4 })).toEqual([
        '0 role.changed null 1',
        '3 role.changed null 1',
      ]);
    }
  });

  it('divides a span into equal intervals', () => {
    const starts = [0, 1, 2, 3].map((bucket) => (bucketStart(SPAN, bucket) - SINCE) / HOUR_MS);
    expect(starts).toEqual([0, 4, 8, 12]);
  });
});
