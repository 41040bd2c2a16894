import { StoreUnavailableError } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { startPostgres, type TestDatabase, testDatabase } from '@latchkey/test-services';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sqlAuditLog } from './audit/audit-log.ts';
import { auditEntry } from './audit/testing/audit-entry.ts';
import { openDatabase, type SqlDatabase } from './database.ts';
import { sqlLeases } from './leases.ts';
import { sqlRevocationLog } from './revocations/revocation-log.ts';
import { sqlSessionStore } from './sessions/session-store.ts';
import { sqlUserStore } from './user-store.ts';

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

  describe('a lease', () => {
    it('is held by one at a time, prolonged by its holder, and free again when it ends or is given back', async () => {
      const leases = sqlLeases(database);
      expect(await leases.take('job', 'a', 0, 10)).toBe(true);
      expect(await leases.take('job', 'b', 9, 20)).toBe(false);
      expect(await leases.take('job', 'a', 9, 15)).toBe(true);
      expect(await leases.take('job', 'b', 14, 20)).toBe(false);
      expect(await leases.take('job', 'b', 15, 20)).toBe(true);
      await leases.release('job', 'a');
      expect(await leases.take('job', 'a', 16, 30)).toBe(false);
      await leases.release('job', 'b');
      expect(await leases.take('job', 'a', 16, 30)).toBe(true);
      const racing = await Promise.all(
        Array.from({ length: 16 }, (_, n) => leases.take('race', `node ${n}`, 0, 10)),
      );
      expect(racing.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('the revocation log', () => {
    it('adds what is not there yet, finds it, and forgets it when the session could not live any more', async () => {
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

  describe('users', () => {
    it('are listed by name, page by page, and found by any part of it, wildcards taken literally', async () => {
      const users = sqlUserStore(database);
      for (const username of ['zoe_1', 'zoeX1', 'zoe%2'])
        await users.create({
          id: `id ${username}`,
          username,
          role: 'Zoo',
          passwordHash: 'x',
          createdAt: 1,
        });
      const names = async (page: Parameters<typeof users.list>[0]) =>
        (await users.list(page)).map(({ username }) => username);
      expect((await names({ search: 'zoe', limit: 10 })).toSorted()).toEqual([
        'zoe%2',
        'zoeX1',
        'zoe_1',
      ]);
      expect(await names({ search: 'e_1', limit: 10 })).toEqual(['zoe_1']);
      expect(await names({ search: '%', limit: 10 })).toEqual(['zoe%2']);
      const [first = '', ...rest] = await names({ search: 'zoe', limit: 10 });
      expect(await names({ search: 'zoe', after: { username: first }, limit: 10 })).toEqual(rest);
      expect(await users.holdEnabled('Zoo')).toHaveLength(3);
      await users.change('id zoe_1', { disabled: true });
      expect(await users.holdEnabled('Zoo')).toHaveLength(2);
      expect((await users.change('id zoe_1', { role: 'Zoo' }))?.tokenVersion).toBe(2);
      await users.rehash('id zoe_1', 'not its hash', 'y');
      expect((await users.findById('id zoe_1'))?.passwordHash).toBe('x');
      expect([await users.change('none', { role: 'x' }), await users.remove('none')]).toEqual([
        null,
        false,
      ]);
    });
  });

  it('users of a role are held while one of them is changed: of two who are disabled at once, the last one stays', async () => {
    const users = sqlUserStore(database);
    for (const id of ['boss a', 'boss b'])
      await users.create({
        id,
        username: `${id} ${name}`,
        role: 'Boss',
        passwordHash: 'x',
        createdAt: 1,
      });
    const disable = (id: string) =>
      database.transaction(async () => {
        if ((await users.holdEnabled('Boss')).length === 1) return false;
        await users.change(id, { disabled: true });
        return true;
      });
    for (let round = 0; round < 10; round++) {
      expect(
        (await Promise.all([disable('boss a'), disable('boss b')])).filter(Boolean),
      ).toHaveLength(1);
      for (const id of ['boss a', 'boss b']) await users.change(id, { disabled: false });
    }
  });

  it('says what time it is there, in whole milliseconds', async () => {
    const before = Date.now();
    const now = await database.readTime();
    expect(Number.isInteger(now)).toBe(true);
    expect(Math.abs(now - before)).toBeLessThan(60_000);
  });
});

describe('PostgreSQL killed in the middle of a transaction', () => {
  it('leaves nothing of it, says that it is unavailable, and goes on when it is back', async () => {
    const server = await startPostgres();
    const database = await openDatabase(server.url);
    const [log, store] = [sqlAuditLog(database), sqlSessionStore(database)];
    const session = sessionRecord();
    const change = await log
      .transaction(async () => {
        await store.create(session);
        await server.kill();
        /** Its processes notice one after the other that they are orphans. */
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
   * On a server of its own: a long transaction of another test, in another database too, keeps old
   * versions of rows from being removed.
   */
  it('stay in their page: nearly all are heap-only updates', async () => {
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
        select n_tup_upd as total, n_tup_hot_upd as hot from pg_stat_user_tables where relname = 'sessions'`.execute(
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
