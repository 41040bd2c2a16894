import { setTimeout } from 'node:timers/promises';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.ts';
import { sqlSessionStore } from '../sessions/session-store.ts';
import { sqlAuditLog } from './audit-log.ts';

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

  describe('the audit log', () => {
    it('the audit log keeps entries field for field, with details, and lists the newest first', async () => {
      const log = sqlAuditLog(database);
      await log.append([
        auditEntry({ userId: 'x1', details: 'one' }),
        auditEntry({ userId: 'x1', reason: 'why', at: 2, ipAddress: null, n: 7, list: ['a'] }),
      ]);
      const [newest, oldest] = await log.list({ userId: 'x1', limit: 10 });
      expect(newest).toEqual({
        ...auditEntry({ userId: 'x1', at: 2, ipAddress: null }),
        id: expect.any(Number),
        reason: 'why',
        details: { n: 7, list: ['a'] },
        sealed: false,
      });
      expect(oldest).toMatchObject({ reason: null, details: { details: 'one' } });
      expect(await log.list({ userId: 'x1', limit: 10, before: newest?.id })).toEqual([oldest]);
      expect(await log.list({ userId: 'x1', limit: 10, kind: 'other' })).toEqual([]);
    });

    it('the audit log is append-only: no event can be changed or deleted, sealed or not', async () => {
      await sqlAuditLog(database).append([auditEntry({ userId: 'x2' })]);
      for (const statement of [
        "update latchkey_audit_events set reason = 'forged'",
        'delete from latchkey_audit_events',
        'update latchkey_audit_events set sealed_in = 9, at = 0',
        'update latchkey_audit_events set sealed_in = 0',
      ])
        await expect(
          sql.raw(`${statement} where user_id = 'x2'`).execute(database.db),
        ).rejects.toThrow('append-only');
      await expect(
        sql
          .raw("insert into latchkey_audit_events (at, kind, sealed_in) values (1, 'x', 1)")
          .execute(database.db),
      ).rejects.toThrow('append-only');
      if (name === 'PostgreSQL')
        await expect(
          sql.raw('truncate latchkey_audit_events').execute(database.db),
        ).rejects.toThrow('append-only');
      expect(await sqlAuditLog(database).list({ userId: 'x2', limit: 5 })).toMatchObject([
        { reason: null, at: 1 },
      ]);
    });

    it('writes an audit event together with the change it records, or neither', async () => {
      const [log, store] = [sqlAuditLog(database), sqlSessionStore(database)];
      const session = sessionRecord();
      const change = (fails: boolean) =>
        log.transaction(async () => {
          await store.create(session);
          await log.append([auditEntry({ sessionId: session.id })]);
          if (fails) throw new Error('in the middle');
        });
      await expect(change(true)).rejects.toThrow('in the middle');
      expect([
        await store.find(session.id),
        await log.list({ sessionId: session.id, limit: 5 }),
      ]).toEqual([null, []]);
      await change(false);
      expect([
        await store.find(session.id),
        (await log.list({ sessionId: session.id, limit: 5 })).length,
      ]).toEqual([session, 1]);
    });

    it('joins a nested transaction to the outer one, and runs later work outside of it', async () => {
      const [log, store] = [sqlAuditLog(database), sqlSessionStore(database)];
      const session = sessionRecord();
      let later: Promise<unknown> = Promise.resolve();
      await log.transaction(async () => {
        await log.transaction(() => store.create(session));
        later = setTimeout(30).then(() => store.setTokenVersion(session.id, 1));
      });
      await later;
      expect((await store.find(session.id))?.tokenVersion).toBe(1);
    });

    it('runs afterCommit callbacks after a commit, and none after a rollback', async () => {
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

    it('waits for afterCommit callbacks, and keeps the commit when one fails or takes too long', async () => {
      const log = sqlAuditLog(database);
      const told: string[] = [];
      await log.transaction(async () => {
        await log.afterCommit(() => Promise.reject(new Error('the listener is gone')));
        await log.afterCommit(() => setTimeout(30).then(() => void told.push('slow')));
      });
      expect(told).toEqual(['slow']);
      await log.transaction(() => log.afterCommit(() => new Promise(() => {})));
    });

    it('makes parallel transactions on one session wait for one another, and loses no change', async () => {
      const [log, store] = [sqlAuditLog(database), sqlSessionStore(database)];
      const { id } = sessionRecord();
      await store.create(sessionRecord({ id }));
      const raise = () =>
        database.run((db) =>
          db
            .updateTable('latchkey_sessions')
            .set((set) => ({ token_version: set('token_version', '+', 1) }))
            .where('id', '=', id)
            .execute(),
        );
      const once = () =>
        log.transaction(async () => {
          await raise();
          await log.append([auditEntry({ userId: 'busy' })]);
        });
      await Promise.all(Array.from({ length: 24 }, once));
      expect((await store.find(id))?.tokenVersion).toBe(24);
      expect(await log.list({ userId: 'busy', limit: 100 })).toHaveLength(24);
    });
  });

  it('the audit log accepts thousands of entries at once and lists rows with invalid details', async () => {
    const log = sqlAuditLog(database);
    await log.append(Array.from({ length: 7_000 }, () => auditEntry({ userId: 'many' })));
    expect(await log.list({ userId: 'many', limit: 8_000 })).toHaveLength(7_000);
    await sql
      .raw(
        "insert into latchkey_audit_events (at, kind, user_id, details) values (1, 'x', 'odd', '{')",
      )
      .execute(database.db);
    expect((await log.list({ userId: 'odd', limit: 1 }))[0]?.details).toEqual({ unreadable: '{' });
  });
});
