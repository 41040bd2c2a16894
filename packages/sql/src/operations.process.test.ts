import { StoreUnavailableError } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { startPostgres, type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sqlAuditLog } from './audit/audit-log.ts';
import { openDatabase, type SqlDatabase } from './database.ts';
import { sqlRevocationLog } from './revocations/revocation-log.ts';
import { sqlSessionStore } from './sessions/session-store.ts';

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

  describe('the revocation log', () => {
    it('the revocation log adds and finds revocations, and purges them once the session has expired', async () => {
      const log = sqlRevocationLog(database);
      const revocation = {
        sessionId: 'r1',
        userId: 'u',
        reason: 'reuse' as const,
        at: 5,
        expiresAt: 50,
      };
      expect(
        await log.record([revocation, { ...revocation, sessionId: 'r2', expiresAt: 51 }]),
      ).toEqual(['r1', 'r2']);
      expect(await log.record([{ ...revocation, reason: 'signed_out', at: 9 }])).toEqual([]);
      expect(await log.record([])).toEqual([]);
      expect(await log.find(['r1', 'none'])).toEqual([revocation]);
      expect(await log.find([])).toEqual([]);
      expect(await log.purge(50, 10)).toBe(1);
      expect((await log.find(['r1', 'r2'])).map(({ sessionId }) => sessionId)).toEqual(['r2']);
      const many = Array.from({ length: 7_000 }, (_, n) => ({
        ...revocation,
        sessionId: `many ${n}`,
      }));
      expect(await log.record(many)).toHaveLength(7_000);
      expect(await log.find(many.map(({ sessionId }) => sessionId))).toHaveLength(7_000);
    });
  });

  it('reads the clock of the database in whole milliseconds', async () => {
    const before = Date.now();
    const now = await database.readTime();
    expect(Number.isInteger(now)).toBe(true);
    expect(Math.abs(now - before)).toBeLessThan(60_000);
  });
});

describe('PostgreSQL killed in the middle of a transaction', () => {
  it('rolls a transaction back when PostgreSQL is killed, and recovers after a restart', async () => {
    const server = await startPostgres();
    const database = await openDatabase(server.url);
    const [log, store] = [sqlAuditLog(database), sqlSessionStore(database)];
    const session = sessionRecord();
    const change = await log
      .transaction(async () => {
        await store.create(session);
        await server.kill();
        /** Waits: PostgreSQL's processes notice one after the other that their parent has died. */
        await vi.waitFor(() => expect(log.list({ limit: 1 })).rejects.toThrow(), {
          timeout: 10_000,
        });
        await log.append([auditEntry({ sessionId: session.id })]);
      })
      .catch((error: unknown) => error);
    expect(change).toBeInstanceOf(StoreUnavailableError);
    await server.restart();
    expect(await store.find(session.id)).toBeNull();
    expect(await log.list({ sessionId: session.id, limit: 1 })).toEqual([]);
    await database.close();
    await server.stop();
  });
});

describe('rotations on PostgreSQL', () => {
  /**
   * Runs on a separate server: a long transaction of another test, in another database too, keeps
   * old versions of rows from being removed.
   */
  it('rotations on PostgreSQL stay in their page as heap-only updates', async () => {
    const server = await startPostgres();
    const database = await openDatabase(server.url);
    const store = sqlSessionStore(database);
    const sessions = Array.from({ length: 200 }, () =>
      sessionRecord({ idleExpiresAt: 9e15, absoluteExpiresAt: 9e15 }),
    );
    for (const session of sessions) await store.create(session);
    const hash = 'h'.repeat(43);
    for (let generation = 0; generation < 12; generation++)
      for (const { id, secretHash } of sessions) {
        const client = { userAgent: 'a'.repeat(120), ipAddress: '127.0.0.1' };
        const match = {
          sessionId: id,
          username: 'alice',
          generation,
          secretHash: generation === 0 ? secretHash : hash,
          now: generation,
          deliveredBy: 9e15,
        };
        const next = {
          generation: generation + 1,
          secretHash: hash,
          previousSecretHash: hash,
          sealedSuccessor: 's'.repeat(160),
          deliveredAt: generation,
          idleExpiresAt: 9e15,
          ...client,
        };
        expect((await store.rotate(match, next)).won).toBe(true);
      }
    const ratio = async () => {
      await sql`select pg_stat_force_next_flush()`.execute(database.db);
      const { rows } = await sql<{ total: number; hot: number }>`
        select n_tup_upd as total, n_tup_hot_upd as hot from pg_stat_user_tables where relname = 'latchkey_sessions'`.execute(
        database.db,
      );
      return rows[0] ?? { total: 0, hot: 0 };
    };
    let { total, hot } = await ratio();
    for (let attempt = 0; total < 2_400 && attempt < 100; attempt++)
      ({ total, hot } = await ratio());
    expect(total).toBeGreaterThanOrEqual(2_400);
    expect(hot / total).toBeGreaterThan(0.95);
    await database.close();
    await server.stop();
  });
});
