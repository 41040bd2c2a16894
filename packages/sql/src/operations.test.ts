import { setTimeout } from 'node:timers/promises';
import { deriveAuditKeys, StoreUnavailableError } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AuditEntry, sqlAuditLog } from './audit-log.ts';
import { sqlAuditSeals } from './audit-seals.ts';
import { openDatabase, type SqlDatabase } from './database.ts';
import { sqlLeases } from './leases.ts';
import { sqlRevocationLog } from './revocation-log.ts';
import { sqlSessionStore } from './session-store.ts';
import { startPostgres, type TestPostgres } from './testing/start-postgres.ts';
import { sqlUserStore } from './user-store.ts';

const keys = deriveAuditKeys([Buffer.alloc(32, 1).toString('base64url'), Buffer.alloc(32, 2).toString('base64url')]);
const entry = (fields: Partial<AuditEntry> & Record<string, unknown> = {}): AuditEntry => ({
  kind: 'password.changed',
  at: 1,
  actorId: 'a',
  userId: 'u',
  sessionId: 's',
  ipAddress: '::1',
  userAgent: 'agent',
  ...fields,
});

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each(['SQLite', 'PostgreSQL'])('on %s', (name) => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
  });
  afterAll(() => database.close());
  /** What only a test may do: the log is append-only for everybody else. */
  const dropGuards = async () => {
    const triggers = name === 'SQLite' ? ['unsealed', 'no_delete', 'no_update'] : ['append_only', 'no_truncate'];
    for (const trigger of triggers)
      await sql.raw(`drop trigger if exists audit_events_${trigger}${name === 'SQLite' ? '' : ' on audit_events'}`).execute(database.db);
  };

  describe('the audit log', () => {
    it('keeps entries field for field, details and all, and lists the newest first', async () => {
      const log = sqlAuditLog(database);
      await log.append([entry({ userId: 'x1', details: 'one' }), entry({ userId: 'x1', reason: 'why', at: 2, ipAddress: null, n: 7, list: ['a'] })]);
      const [newest, oldest] = await log.list({ userId: 'x1', limit: 10 });
      expect(newest).toEqual({
        ...entry({ userId: 'x1', at: 2, ipAddress: null }),
        id: expect.any(Number),
        reason: 'why',
        details: { n: 7, list: ['a'] },
        sealed: false,
      });
      expect(oldest).toMatchObject({ reason: null, details: { details: 'one' } });
      expect(await log.list({ userId: 'x1', limit: 10, before: newest?.id })).toEqual([oldest]);
      expect(await log.list({ userId: 'x1', limit: 10, kind: 'other' })).toEqual([]);
    });

    it('is append-only: no event can be changed or deleted, sealed or not', async () => {
      await sqlAuditLog(database).append([entry({ userId: 'x2' })]);
      for (const statement of [
        "update audit_events set reason = 'forged'",
        'delete from audit_events',
        'update audit_events set sealed_in = 9, at = 0',
        'update audit_events set sealed_in = 0',
      ])
        await expect(sql.raw(`${statement} where user_id = 'x2'`).execute(database.db)).rejects.toThrow('append-only');
      await expect(sql.raw("insert into audit_events (at, kind, sealed_in) values (1, 'x', 1)").execute(database.db)).rejects.toThrow('append-only');
      if (name === 'PostgreSQL') await expect(sql.raw('truncate audit_events').execute(database.db)).rejects.toThrow('append-only');
      expect(await sqlAuditLog(database).list({ userId: 'x2', limit: 5 })).toMatchObject([{ reason: null, at: 1 }]);
    });

    it('is written with the change it records, or neither is', async () => {
      const [log, store] = [sqlAuditLog(database), sqlSessionStore(database)];
      const session = sessionRecord();
      const change = (fails: boolean) =>
        log.transaction(async () => {
          await store.create(session);
          await log.append([entry({ sessionId: session.id })]);
          if (fails) throw new Error('in the middle');
        });
      await expect(change(true)).rejects.toThrow('in the middle');
      expect([await store.find(session.id), await log.list({ sessionId: session.id, limit: 5 })]).toEqual([null, []]);
      await change(false);
      expect([await store.find(session.id), (await log.list({ sessionId: session.id, limit: 5 })).length]).toEqual([session, 1]);
    });

    it('takes a transaction within a transaction as one, and whatever runs after its end as none', async () => {
      const [log, users] = [sqlAuditLog(database), sqlUserStore(database)];
      const user = { id: 'late', username: `late ${name}`, role: 'User', passwordHash: 'x', createdAt: 1 };
      let later: Promise<unknown> = Promise.resolve();
      await log.transaction(async () => {
        await log.transaction(() => users.create(user));
        later = setTimeout(30).then(() => users.raiseTokenVersion('late'));
      });
      await later;
      expect((await users.findById('late'))?.tokenVersion).toBe(1);
    });

    it('tells what happened once it is committed, and nothing of what was rolled back', async () => {
      const log = sqlAuditLog(database);
      const told: string[] = [];
      await log.afterCommit(() => void told.push('outside'));
      const nested = (name: string, fails: boolean) =>
        log.transaction(async () => {
          await log.transaction(async () => log.afterCommit(() => void told.push(name)));
          expect(told).not.toContain(name);
          if (fails) throw new Error('after all not');
        });
      await nested('kept', false);
      await expect(nested('lost', true)).rejects.toThrow('after all not');
      expect(told).toEqual(['outside', 'kept']);
    });

    it('waits for those who are told, and what fails with them or takes too long undoes nothing', async () => {
      const log = sqlAuditLog(database);
      const told: string[] = [];
      await log.transaction(async () => {
        await log.afterCommit(() => Promise.reject(new Error('nobody there')));
        await log.afterCommit(() => setTimeout(30).then(() => void told.push('slow')));
      });
      expect(told).toEqual(['slow']);
      await log.transaction(() => log.afterCommit(() => new Promise(() => {})));
    });

    it('lets parallel transactions on one session or user wait for one another, and loses none', async () => {
      const [log, users] = [sqlAuditLog(database), sqlUserStore(database)];
      await users.create({ id: 'busy', username: `busy ${name}`, role: 'User', passwordHash: 'x', createdAt: 1 });
      const once = () =>
        log.transaction(async () => {
          await users.raiseTokenVersion('busy');
          await log.append([entry({ userId: 'busy' })]);
        });
      await Promise.all(Array.from({ length: 24 }, once));
      expect((await users.findById('busy'))?.tokenVersion).toBe(24);
      expect(await log.list({ userId: 'busy', limit: 100 })).toHaveLength(24);
    });
  });

  describe('the seals', () => {
    const seals = () => sqlAuditSeals(database, keys);
    const fill = async () => {
      await sqlAuditLog(database).append(Array.from({ length: 5 }, (_, n) => entry({ userId: 'sealed', at: n })));
      while (await seals().seal(10, 2));
    };

    it('cover every event in batches, and verify', async () => {
      await fill();
      const verdict = await seals().verify();
      expect(verdict).toMatchObject({ kind: 'intact', unsealed: 0 });
      expect(await seals().seal(11, 2)).toBeNull();
      const [newest] = await sqlAuditLog(database).list({ limit: 1 });
      expect(newest?.sealed).toBe(true);
      await sqlAuditLog(database).append([entry()]);
      expect(await seals().verify()).toMatchObject({ ...verdict, unsealed: 1 });
    });

    it('collide when two nodes seal at once: the chain never forks', async () => {
      await sqlAuditLog(database).append(Array.from({ length: 40 }, () => entry()));
      const results = await Promise.allSettled(Array.from({ length: 6 }, () => seals().seal(12, 5)));
      expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
      await fill();
      expect(await seals().verify()).toMatchObject({ kind: 'intact', unsealed: 0 });
    });

    it('verify under an old secret that is still given, and not without it', async () => {
      const [, old] = keys;
      await sqlAuditLog(database).append([entry()]);
      await sqlAuditSeals(database, old ? [old] : []).seal(13, 100);
      expect((await seals().verify()).kind).toBe('intact');
      expect((await sqlAuditSeals(database, keys.slice(0, 1)).verify()).kind).toBe('broken');
    });

    it('know a hash that was seen earlier, and miss it when the end has been cut off', async () => {
      await fill();
      const verdict = await seals().verify();
      const hash = verdict.kind === 'intact' ? (verdict.hash ?? '') : '';
      expect((await seals().verify(hash)).kind).toBe('intact');
      expect(await seals().verify('another')).toMatchObject({ kind: 'broken', why: expect.stringContaining('missing') });
    });

    it.each<[string, string, string]>([
      ...['kind', 'actor_id', 'user_id', 'session_id', 'reason', 'ip_address', 'user_agent', 'details'].map((column): [string, string, string] => [
        `the ${column} of an event was changed`,
        `update audit_events set ${column} = 'forged' where id = (select min(id) from audit_events)`,
        'hash does not match',
      ]),
      ['the instant of an event was changed', 'update audit_events set at = at + 1 where id = (select min(id) from audit_events)', 'hash does not match'],
      ['the instant of a seal was changed', 'update audit_seals set sealed_at = 0 where id = 1', 'hash does not match'],
      ['two seals have changed places', 'update audit_events set sealed_in = 3 - sealed_in where sealed_in in (1, 2)', 'hash does not match'],
      ['an event claims a seal that is not there', "insert into audit_events (at, kind, sealed_in) values (0, 'x', 99999)", 'claim a seal'],
      ['an event was deleted', 'delete from audit_events where id = (select min(id) from audit_events)', 'are there'],
      ['an event was slipped in', "insert into audit_events (at, kind, sealed_in) values (0, 'x', 1)", 'are there'],
      ['a seal is gone', 'delete from audit_seals where id = 2', 'missing'],
      ['a seal was made anew without the key', "update audit_seals set hash = 'AAAA' where id = 1", 'hash does not match'],
    ])('break when %s', async (_title, tampering, why) => {
      await fill();
      await dropGuards();
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
      const racing = await Promise.all(Array.from({ length: 16 }, (_, n) => leases.take('race', `node ${n}`, 0, 10)));
      expect(racing.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('the revocation log', () => {
    it('adds what is not there yet, finds it, and forgets it when the session could not live any more', async () => {
      const log = sqlRevocationLog(database);
      const revocation = { sessionId: 'r1', userId: 'u', reason: 'reuse' as const, at: 5, expiresAt: 50 };
      expect(await log.record([revocation, { ...revocation, sessionId: 'r2', expiresAt: 51 }])).toEqual(['r1', 'r2']);
      expect(await log.record([{ ...revocation, reason: 'signed_out', at: 9 }])).toEqual([]);
      expect(await log.record([])).toEqual([]);
      expect(await log.find(['r1', 'none'])).toEqual([revocation]);
      expect(await log.find([])).toEqual([]);
      expect(await log.purge(50, 10)).toBe(1);
      expect((await log.find(['r1', 'r2'])).map(({ sessionId }) => sessionId)).toEqual(['r2']);
      const many = Array.from({ length: 7_000 }, (_, n) => ({ ...revocation, sessionId: `many ${n}` }));
      expect(await log.record(many)).toHaveLength(7_000);
      expect(await log.find(many.map(({ sessionId }) => sessionId))).toHaveLength(7_000);
    });
  });

  describe('users', () => {
    it('are listed by name, page by page, and found by any part of it, wildcards taken literally', async () => {
      const users = sqlUserStore(database);
      for (const username of ['zoe_1', 'zoeX1', 'zoe%2']) await users.create({ id: `id ${username}`, username, role: 'Zoo', passwordHash: 'x', createdAt: 1 });
      const names = async (page: Parameters<typeof users.list>[0]) => (await users.list(page)).map(({ username }) => username);
      expect((await names({ search: 'zoe', limit: 10 })).toSorted()).toEqual(['zoe%2', 'zoeX1', 'zoe_1']);
      expect(await names({ search: 'e_1', limit: 10 })).toEqual(['zoe_1']);
      expect(await names({ search: '%', limit: 10 })).toEqual(['zoe%2']);
      const [first = '', ...rest] = await names({ search: 'zoe', limit: 10 });
      expect(await names({ search: 'zoe', after: first, limit: 10 })).toEqual(rest);
      expect(await users.holdEnabled('Zoo')).toHaveLength(3);
      await users.change('id zoe_1', { disabled: true });
      expect(await users.holdEnabled('Zoo')).toHaveLength(2);
      expect((await users.change('id zoe_1', { role: 'Zoo' }))?.tokenVersion).toBe(2);
      await users.rehash('id zoe_1', 'not its hash', 'y');
      expect((await users.findById('id zoe_1'))?.passwordHash).toBe('x');
      expect([await users.change('none', { role: 'x' }), await users.remove('none')]).toEqual([null, false]);
    });
  });

  it('the audit log takes thousands of entries at once, and shows what somebody else wrote into it however odd', async () => {
    const log = sqlAuditLog(database);
    await log.append(Array.from({ length: 7_000 }, () => entry({ userId: 'many' })));
    expect(await log.list({ userId: 'many', limit: 8_000 })).toHaveLength(7_000);
    await sql.raw("insert into audit_events (at, kind, user_id, details) values (1, 'x', 'odd', '{')").execute(database.db);
    expect((await log.list({ userId: 'odd', limit: 1 }))[0]?.details).toEqual({ unreadable: '{' });
  });

  it('users of a role are held while one of them is changed: of two who are disabled at once, the last one stays', async () => {
    const users = sqlUserStore(database);
    for (const id of ['boss a', 'boss b']) await users.create({ id, username: `${id} ${name}`, role: 'Boss', passwordHash: 'x', createdAt: 1 });
    const disable = (id: string) =>
      database.transaction(async () => {
        if ((await users.holdEnabled('Boss')).length === 1) return false;
        await users.change(id, { disabled: true });
        return true;
      });
    for (let round = 0; round < 10; round++) {
      expect((await Promise.all([disable('boss a'), disable('boss b')])).filter(Boolean)).toHaveLength(1);
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
    const database = await openDatabase(postgres.url);
    const [log, store] = [sqlAuditLog(database), sqlSessionStore(database)];
    const session = sessionRecord();
    const change = await log
      .transaction(async () => {
        await store.create(session);
        await postgres.kill();
        /** Its processes notice one after the other that they are orphans. */
        await vi.waitFor(() => expect(log.list({ limit: 1 })).rejects.toThrow(), { timeout: 10_000 });
        await log.append([entry({ sessionId: session.id })]);
      })
      .catch((error: unknown) => error);
    expect(change).toBeInstanceOf(StoreUnavailableError);
    await postgres.restart();
    expect(await store.find(session.id)).toBeNull();
    expect(await log.list({ sessionId: session.id, limit: 1 })).toEqual([]);
    await database.close();
  });
});

describe('rotations on PostgreSQL', () => {
  it('stay in their page: nearly all are heap-only updates', async () => {
    const database = await openDatabase(postgres.url);
    const store = sqlSessionStore(database);
    const sessions = Array.from({ length: 200 }, () => sessionRecord({ idleExpiresAt: 9e15, absoluteExpiresAt: 9e15 }));
    for (const session of sessions) await store.create(session);
    const hash = 'h'.repeat(43);
    for (let generation = 0; generation < 12; generation++)
      for (const { id, secretHash } of sessions) {
        const client = { userAgent: 'a'.repeat(120), ipAddress: '127.0.0.1' };
        const match = { sessionId: id, username: 'alice', generation, secretHash: generation === 0 ? secretHash : hash, now: generation, handedOutBy: 9e15 };
        const next = {
          generation: generation + 1,
          secretHash: hash,
          previousSecretHash: hash,
          sealedSuccessor: 's'.repeat(160),
          idleExpiresAt: 9e15,
          ...client,
        };
        expect((await store.rotate(match, next)).won).toBe(true);
      }
    const ratio = async () => {
      await sql`select pg_stat_force_next_flush()`.execute(database.db);
      const { rows } = await sql<{ total: number; hot: number }>`
        select n_tup_upd as total, n_tup_hot_upd as hot from pg_stat_user_tables where relname = 'sessions'`.execute(database.db);
      return rows[0] ?? { total: 0, hot: 0 };
    };
    let { total, hot } = await ratio();
    for (let attempt = 0; total < 2_400 && attempt < 100; attempt++) ({ total, hot } = await ratio());
    expect(total).toBeGreaterThanOrEqual(2_400);
    expect(hot / total).toBeGreaterThan(0.95);
    await database.close();
  });
});
