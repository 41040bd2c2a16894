import { type SqlDatabase, sqlAuditLog } from '@latchkey/sql';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appTables, openAppDatabase } from '../../services/app-database.ts';
import { bucketStart, countAudit } from './audit-counts.ts';

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

const SINCE = Date.UTC(2027, 0, 1);

describe.each(['SQLite', 'PostgreSQL'])('counts of audit events by time on %s', (name) => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openAppDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
    const event = (at: number, kind: string, reason: string | null = null) =>
      auditEntry({ at: SINCE + at, kind, reason });
    await sqlAuditLog(database).append([
      event(-1, 'session.issued'),
      event(0, 'session.issued'),
      event(33, 'session.issued'),
      event(34, 'session.issued'),
      event(99, 'session.issued'),
      event(100, 'session.issued'),
      event(50, 'session.revoked', 'signed_out'),
      event(50, 'session.revoked', 'signed_out'),
      event(50, 'session.revoked', 'administrator'),
      event(50, 'role.changed'),
    ]);
  });
  afterAll(() => database.close());

  it('counts each audit event in one interval, by kind and reason, with exact edges', async () => {
    const span = {
      since: SINCE,
      until: SINCE + 100,
      buckets: 3,
      kinds: ['session.issued', 'session.revoked'],
    };
    const counts = await countAudit(appTables(database), span);
    expect(
      counts
        .map(({ bucket, kind, reason, count }) => `${bucket} ${kind} ${reason} ${count}`)
        .toSorted(),
    ).toEqual([
      '0 session.issued null 2',
      '1 session.issued null 1',
      '1 session.revoked administrator 1',
      '1 session.revoked signed_out 2',
      '2 session.issued null 1',
    ]);
    expect([0, 1, 2, 3].map((bucket) => bucketStart(span, bucket) - SINCE)).toEqual([
      0, 34, 67, 100,
    ]);
  });

  it('counts of audit events agree with the start of their intervals for any division of time', async () => {
    for (let at = 1; at <= 60; at += 7) {
      for (const buckets of [1, 2, 7, 13]) {
        const span = { since: SINCE - at, until: SINCE + 101, buckets, kinds: ['session.issued'] };
        const starts = Array.from({ length: buckets + 1 }, (_, bucket) =>
          bucketStart(span, bucket),
        );
        const expected = new Map<number, number>();
        for (const instant of [-1, 0, 33, 34, 99, 100]) {
          const bucket = starts.findLastIndex((start) => start <= SINCE + instant);
          expected.set(bucket, (expected.get(bucket) ?? 0) + 1);
        }
        const counts = await countAudit(appTables(database), span);
        expect(
          new Map(
            counts
              .map(({ bucket, count }) => [bucket, count])
              .toSorted(([a = 0], [b = 0]) => a - b) as [number, number][],
          ),
        ).toEqual(expected);
      }
    }
  });

  it('counts of audit events are exact over the whole range of timestamps', async () => {
    const counts = await countAudit(appTables(database), {
      since: 0,
      until: 8.64e15,
      buckets: 100,
      kinds: ['role.changed'],
    });
    expect(counts).toEqual([{ bucket: 0, kind: 'role.changed', reason: null, count: 1 }]);
  });
});
