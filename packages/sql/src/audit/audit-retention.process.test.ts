import { deriveAuditKeys, SYSTEM } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.ts';
import { sqlAuditLog } from './audit-log.ts';
import { type AuditPruneOptions, sqlAuditRetention } from './audit-retention.ts';
import { sqlAuditSeals } from './audit-seals.ts';
import { dropGuards } from './testing/drop-guards.ts';

const secret = (number: number) =>
  Buffer.from(`the secret of these tests, number ${number}`).toString('base64url');
const keys = deriveAuditKeys([secret(1)]);
const clock = settableClock(5_000);
const OPERATOR = { ...SYSTEM, userAgent: 'latchkey cli' };

describe.each(['SQLite', 'PostgreSQL'])('the retention of the audit log on %s', (name) => {
  let postgres: TestDatabase | undefined;
  let database: SqlDatabase;
  beforeEach(async () => {
    postgres = name === 'SQLite' ? undefined : await testDatabase();
    database = await openDatabase(postgres?.url ?? 'memory:');
    // Four seals of five events, made at the instants 100, 200, 300 and 400.
    for (const at of [100, 200, 300, 400]) {
      await sqlAuditLog(database).append(
        Array.from({ length: 5 }, () => auditEntry({ userId: 'old', at })),
      );
      await sqlAuditSeals(database, keys).seal(at, 100);
    }
  });
  afterEach(async () => {
    await database.close();
    await postgres?.drop();
  });

  const prune = (before: number, options: Partial<AuditPruneOptions> = {}, ring = keys) =>
    sqlAuditRetention(database, ring, clock).prune({ before, actor: OPERATOR, ...options });
  const verify = (hash?: string, ring = keys) => sqlAuditSeals(database, ring).verify(hash);
  const instants = async () =>
    (await sqlAuditLog(database).list({ userId: 'old', limit: 100 })).map(({ at }) => at);
  const run = (statement: string) => sql.raw(statement).execute(database.db);
  const pruned = () => sqlAuditLog(database).list({ kind: 'audit.pruned', limit: 10 });

  it('removes the events of seals made before an instant, and records who removed what', async () => {
    expect(await prune(300)).toEqual({ kind: 'pruned', deleted: 10 });
    expect(new Set(await instants())).toEqual(new Set([400, 300]));
    const removal = { firstSeal: 1, lastSeal: 2, events: 10 };
    expect(await verify()).toMatchObject({
      kind: 'intact',
      seals: 2,
      events: 10,
      unsealed: 1,
      removing: 0,
      removals: [{ ...removal, lastSealedAt: 200, removedAt: 5_000, removedBy: 'latchkey cli' }],
    });
    expect(await pruned()).toMatchObject([
      { at: 5_000, userAgent: 'latchkey cli', details: { ...removal, sealedUntil: 200 } },
    ]);
    expect(await prune(300)).toEqual({ kind: 'pruned', deleted: 0 });
    expect(await pruned()).toHaveLength(1);
  });

  it('removes neither the newest seal nor events that are not sealed', async () => {
    await sqlAuditLog(database).append([auditEntry({ userId: 'old', at: 50 })]);
    expect(await prune(10_000)).toEqual({ kind: 'pruned', deleted: 15 });
    expect(await instants()).toEqual([50, 400, 400, 400, 400, 400]);
    await sqlAuditSeals(database, keys).seal(500, 100);
    expect(await verify()).toMatchObject({ kind: 'intact', seals: 2, events: 7, unsealed: 0 });
  });

  it('lets no other event be deleted, before and after a removal', async () => {
    const refused = () =>
      expect(run('delete from latchkey_audit_events where at >= 300')).rejects.toThrow(
        'append-only',
      );
    await refused();
    await expect(run('delete from latchkey_audit_events')).rejects.toThrow('append-only');
    await prune(300);
    await sqlAuditLog(database).append([auditEntry({ userId: 'new', at: 600 })]);
    await refused();
    await expect(
      run("update latchkey_audit_events set sealed_in = 1 where user_id = 'new'"),
    ).rejects.toThrow('append-only');
  });

  it('continues the chain over several removals, and needs the key of the last one only', async () => {
    await prune(200);
    const newer = deriveAuditKeys([secret(2), secret(1)]);
    await sqlAuditSeals(database, newer).seal(500, 100);
    await sqlAuditLog(database).append([auditEntry({ at: 600 })]);
    await sqlAuditSeals(database, newer).seal(600, 100);
    expect(await prune(450, {}, newer)).toEqual({ kind: 'pruned', deleted: 15 });
    const alone = deriveAuditKeys([secret(2)]);
    expect(await verify(undefined, alone)).toMatchObject({
      kind: 'intact',
      removals: [
        { firstSeal: 1, lastSeal: 1 },
        { firstSeal: 2, lastSeal: 4 },
      ],
    });
    expect(await verify(undefined, keys)).toMatchObject({
      kind: 'broken',
      why: expect.stringContaining('LATCHKEY_SECRET'),
    });
  });

  it('knows the hash of the last removed seal, and says that older ones were removed', async () => {
    const { rows } = await sql<{
      hash: string;
    }>`select hash from latchkey_audit_seals order by id`.execute(database.db);
    await prune(300);
    expect((await verify(rows[1]?.hash)).kind).toBe('intact');
    expect(await verify(rows[0]?.hash)).toMatchObject({
      kind: 'broken',
      why: expect.stringContaining('one of the 2 that retention has removed'),
    });
  });

  it('finishes a removal that was interrupted, and verifies the log in between', async () => {
    const crash = () => Promise.reject(new Error('killed'));
    let calls = 0;
    const later = () => (++calls > 3 ? crash() : true);
    await expect(prune(400, { goOn: later })).rejects.toThrow('killed');
    expect(await verify()).toMatchObject({ kind: 'intact', seals: 1, events: 5, removing: 10 });
    await expect(
      run("update latchkey_audit_events set sealed_in = 2 where kind = 'audit.pruned'"),
    ).rejects.toThrow('append-only');
    await run('delete from latchkey_audit_events where id = 7');
    expect(await prune(0)).toEqual({ kind: 'pruned', deleted: 9 });
    expect(await verify()).toMatchObject({ kind: 'intact', seals: 1, events: 5, removing: 0 });
    expect(await pruned()).toHaveLength(1);
  });

  it('stops between two steps when it may not go on', async () => {
    expect(await prune(400, { goOn: () => false })).toEqual({ kind: 'pruned', deleted: 0 });
    expect(await pruned()).toEqual([]);
    expect(await prune(400, { signal: AbortSignal.abort() })).toEqual({
      kind: 'pruned',
      deleted: 0,
    });
    expect(await instants()).toHaveLength(20);
  });

  it('two nodes that remove at once remove each event once', async () => {
    const results = await Promise.all([prune(400), prune(400), prune(400)]);
    const deleted = results.reduce((sum, result) => sum + result.deleted, 0);
    expect([deleted, (await pruned()).length]).toEqual([15, 1]);
    expect(await verify()).toMatchObject({ kind: 'intact', seals: 1, removing: 0 });
  });

  it('removes nothing from a seal on that is broken', async () => {
    await dropGuards(database);
    await run("update latchkey_audit_events set reason = 'forged' where id = 6");
    const broken = { kind: 'broken', seal: 2, why: expect.stringContaining('hash does not match') };
    expect(await prune(400)).toEqual({ ...broken, deleted: 0 });
    expect(await prune(150)).toEqual({ kind: 'pruned', deleted: 5 });
    expect(await verify()).toMatchObject(broken);
  });

  const FORGED =
    "insert into latchkey_audit_removals values (ID, FIRST, LAST, 1, 'x', 5, 1, 'latchkey cli', KEY, 'AAAA')";
  const forged = (id: number, first: number, last: number) =>
    FORGED.replace('KEY', String(keys.auditSigning.id))
      .replace('ID', String(id))
      .replace('FIRST', String(first))
      .replace('LAST', String(last));
  const COPIED =
    'insert into latchkey_audit_removals select id + 1, last_seal + 1, last_seal + 1, last_sealed_at, last_hash, events, removed_at, removed_by, key_id, hash from latchkey_audit_removals where id = 2';
  const CUT_OFF =
    'delete from latchkey_audit_events where sealed_in = 4; delete from latchkey_audit_seals';
  it.each<[string, string, string]>([
    ['a forged removal', forged(3, 3, 3), 'forged'],
    ['a removal that is replayed over later seals', COPIED, 'forged'],
    [
      'a removal that is extended',
      'update latchkey_audit_removals set last_seal = 3 where id = 2',
      'forged',
    ],
    [
      'an earlier removal that is changed',
      'update latchkey_audit_removals set events = 4 where id = 1',
      'forged',
    ],
    [
      'a removal by another name',
      "update latchkey_audit_removals set removed_by = 'system' where id = 2",
      'forged',
    ],
    [
      'a removal at another time',
      'update latchkey_audit_removals set removed_at = 1 where id = 2',
      'forged',
    ],
    ['a removal without a record', 'delete from latchkey_audit_removals where id = 2', 'missing'],
    ['a log whose removals are all unrecorded', 'delete from latchkey_audit_removals', 'missing'],
    ['a cut off end after a removal', CUT_OFF, 'never removes the newest'],
    [
      'an event put into a removed seal',
      "insert into latchkey_audit_events (at, kind, sealed_in) values (1, 'x', 1)",
      'claim a seal that was removed',
    ],
  ])('detects %s', async (_title, tampering, why) => {
    await prune(200);
    await prune(300);
    await dropGuards(database);
    expect((await verify()).kind).toBe('intact');
    for (const statement of tampering.split('; ')) await run(statement);
    const broken = { kind: 'broken', why: expect.stringContaining(why) };
    expect(await verify()).toMatchObject(broken);
  });

  it('removes nothing under a forged record', async () => {
    await run(forged(1, 1, 3));
    expect(await prune(200)).toMatchObject({ kind: 'broken', seal: 1, deleted: 0 });
    expect(await instants()).toHaveLength(20);
  });
});
