import { deriveAuditKeys } from '@latchkey/core';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.ts';
import { sqlAuditLog } from './audit-log.ts';
import { sqlAuditSeals } from './audit-seals.ts';
import { dropGuards } from './testing/drop-guards.ts';

const keys = deriveAuditKeys([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
  Buffer.from('the secret of these tests, number 2').toString('base64url'),
]);

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

describe.each(['SQLite', 'PostgreSQL'])('on %s', (name) => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
  });
  afterAll(() => database.close());

  describe('the seals', () => {
    const seals = () => sqlAuditSeals(database, keys);
    const fill = async () => {
      await sqlAuditLog(database).append(
        Array.from({ length: 5 }, (_, n) => auditEntry({ userId: 'sealed', at: n })),
      );
      while (await seals().seal(10, 2));
    };

    it('seals cover every audit event in batches, and verify', async () => {
      await fill();
      const verdict = await seals().verify();
      expect(verdict).toMatchObject({ kind: 'intact', unsealed: 0 });
      expect(await seals().seal(11, 2)).toBeNull();
      const [newest] = await sqlAuditLog(database).list({ limit: 1 });
      expect(newest?.sealed).toBe(true);
      await sqlAuditLog(database).append([auditEntry()]);
      expect(await seals().verify()).toMatchObject({ ...verdict, unsealed: 1 });
    });

    it('rejects one of two nodes that seal at once, so that the chain never forks', async () => {
      await sqlAuditLog(database).append(Array.from({ length: 40 }, () => auditEntry()));
      const results = await Promise.allSettled(
        Array.from({ length: 6 }, () => seals().seal(12, 5)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
      await fill();
      expect(await seals().verify()).toMatchObject({ kind: 'intact', unsealed: 0 });
    });

    it('verifies seals under an old secret while that secret is given, and not without it', async () => {
      const [, old] = keys.auditVerifying;
      await sqlAuditLog(database).append([auditEntry()]);
      await sqlAuditSeals(database, { ...keys, auditSigning: old ?? keys.auditSigning }).seal(
        13,
        100,
      );
      expect((await seals().verify()).kind).toBe('intact');
      expect(
        (await sqlAuditSeals(database, { ...keys, auditVerifying: [keys.auditSigning] }).verify())
          .kind,
      ).toBe('broken');
    });

    it('verifies against an earlier hash, and reports it missing when the end was cut off', async () => {
      await fill();
      const verdict = await seals().verify();
      const hash = verdict.kind === 'intact' ? (verdict.hash ?? '') : '';
      expect((await seals().verify(hash)).kind).toBe('intact');
      expect(await seals().verify('another')).toMatchObject({
        kind: 'broken',
        why: expect.stringContaining('missing'),
      });
    });

    it.each<[string, string, string]>([
      ...[
        'kind',
        'actor_id',
        'user_id',
        'session_id',
        'reason',
        'ip_address',
        'user_agent',
        'details',
      ].map((column): [string, string, string] => [
        `the ${column} of an event was changed`,
        `update latchkey_audit_events set ${column} = 'forged' where id = (select min(id) from latchkey_audit_events)`,
        'hash does not match',
      ]),
      [
        'the instant of an event was changed',
        'update latchkey_audit_events set at = at + 1 where id = (select min(id) from latchkey_audit_events)',
        'hash does not match',
      ],
      [
        'the instant of a seal was changed',
        'update latchkey_audit_seals set sealed_at = 0 where id = 1',
        'hash does not match',
      ],
      [
        'the events of two seals were swapped',
        'update latchkey_audit_events set sealed_in = 3 - sealed_in where sealed_in in (1, 2)',
        'hash does not match',
      ],
      [
        'an event claims a seal that does not exist',
        "insert into latchkey_audit_events (at, kind, sealed_in) values (0, 'x', 99999)",
        'claim a seal',
      ],
      [
        'an event was deleted',
        'delete from latchkey_audit_events where id = (select min(id) from latchkey_audit_events)',
        'exist',
      ],
      [
        'an event was inserted',
        "insert into latchkey_audit_events (at, kind, sealed_in) values (0, 'x', 1)",
        'exist',
      ],
      ['a seal was deleted', 'delete from latchkey_audit_seals where id = 2', 'missing'],
      [
        'a seal was replaced without the key',
        "update latchkey_audit_seals set hash = 'AAAA' where id = 1",
        'hash does not match',
      ],
    ])('detects that %s', async (_title, tampering, why) => {
      await fill();
      await dropGuards(database);
      expect((await seals().verify()).kind).toBe('intact');
      const broken = await database
        .transaction(async () => {
          await database.run((db) => sql.raw(tampering).execute(db));
          throw Object.assign(new Error('rolled back'), { verdict: await seals().verify() });
        })
        .catch((error: Error & { verdict: unknown }) => error.verdict);
      expect(broken).toMatchObject({ kind: 'broken', why: expect.stringContaining(why) });
    });
  });
});
