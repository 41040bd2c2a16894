import {
  createSessionLayer,
  deriveKeyRing,
  type Grant,
  type SessionLayer,
  systemClock,
} from '@latchkey/core';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqlAuditLog } from '../../audit/audit-log.ts';
import { openDatabase, type SqlDatabase } from '../../database.ts';
import { sqlRevocationFeed } from '../../revocations/revocation-feed.ts';
import { sqlSessionStore } from '../../sessions/session-store.ts';
import type { SqlTransaction } from './transaction-driver.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

let postgres: TestDatabase;
let pool: Pool;
let kysely: Kysely<{ users: { id: string; hash: string; version: number } }>;
beforeAll(async () => {
  postgres = await testDatabase();
  pool = new Pool({ connectionString: postgres.url });
  pool.on('error', () => {});
  kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
  await pool.query('create table users (id text primary key, hash text, version int)');
});
afterAll(async () => {
  await kysely.destroy();
  await postgres.drop();
});

/** The app's own users, in its own table and by its own driver. */
const users = {
  async findUser(id: string) {
    const { rows } = await pool.query('select version from users where id = $1', [id]);
    const [row] = rows;
    return row && { id, username: id, role: 'User', tokenVersion: row.version, disabled: false };
  },
};

class Node {
  readonly database: SqlDatabase;
  readonly layer: SessionLayer;
  readonly onEvent = vi.fn();
  constructor(database: SqlDatabase, isAudited: boolean) {
    this.database = database;
    this.layer = createSessionLayer({
      ring,
      users,
      clock: systemClock,
      store: sqlSessionStore(database),
      feed: sqlRevocationFeed(database, systemClock),
      onEvent: this.onEvent,
      ...(isAudited && { auditLog: sqlAuditLog(database) }),
    });
  }
  accepts = ({ accessToken }: Grant) =>
    this.layer.authenticate([accessToken], systemClock.now()).kind === 'authenticated';
  refresh = async ({ refreshToken, username }: Grant) =>
    (
      await this.layer.refresh(
        { refreshTokens: [refreshToken ?? ''], usernames: [username] },
        client,
      )
    ).kind;
}

async function twoNodes(isAudited: boolean) {
  const open = async () => {
    const node = new Node(await openDatabase(postgres.url, { poolSize: 3 }), isAudited);
    await node.layer.start();
    return node;
  };
  return [await open(), await open()] as const;
}

type Change = (
  transaction: SqlTransaction,
  write: (sql: string) => Promise<unknown>,
) => Promise<void>;

/** How an app runs a transaction with each driver: committed, or rolled back if `change` throws. */
const drivers: Record<string, (change: Change) => Promise<void>> = {
  async 'a client of pg'(change) {
    const connection = await pool.connect();
    try {
      await connection.query('begin');
      const transaction: SqlTransaction = {
        query: async (sql, parameters) => (await connection.query(sql, [...parameters])).rows,
      };
      await change(transaction, (sql) => connection.query(sql));
      await connection.query('commit');
    } catch (error) {
      await connection.query('rollback');
      throw error;
    } finally {
      connection.release();
    }
  },
  'a transaction of Kysely': (change) =>
    kysely.transaction().execute((trx) => {
      const transaction: SqlTransaction = {
        query: async (sql, parameters) =>
          (await trx.executeQuery<object>(CompiledQuery.raw(sql, [...parameters]))).rows,
      };
      return change(transaction, (sql) => trx.executeQuery(CompiledQuery.raw(sql)));
    }),
};

let serial = 0;
let id: string;
let nodes: Awaited<ReturnType<typeof twoNodes>>;
let grants: readonly Grant[];

describe.each([
  ['a client of pg', true],
  ['a client of pg', false],
  ['a transaction of Kysely', true],
] as const)('a password change in %s, with an audit log: %s', (driver, isAudited) => {
  beforeAll(async () => {
    nodes = await twoNodes(isAudited);
    return async () => {
      for (const { layer, database } of nodes) {
        await layer.close();
        await database.close();
      }
    };
  });
  beforeEach(async () => {
    id = `user-${serial++}`;
    await pool.query("insert into users values ($1, 'old', 0)", [id]);
    const user = (await users.findUser(id)) ?? expect.fail();
    const [here, there] = nodes;
    grants = [await here.layer.issue(user, client), await there.layer.issue(user, client)];
    here.onEvent.mockClear();
  });

  const changePassword = (fault?: Error) =>
    drivers[driver]?.(async (transaction, write) => {
      const [here] = nodes;
      await write(`update users set hash = 'new', version = version + 1 where id = '${id}'`);
      const revoked = await here.database.within(transaction, () =>
        here.layer.revokeUserSessions(id, 'password_changed', undefined, { tokenVersion: 1 }),
      );
      expect(revoked.toSorted()).toEqual(grants.map(({ sessionId }) => sessionId).toSorted());
      expect(nodes.map(({ accepts }) => grants.map(accepts))).toEqual([
        [true, true],
        [true, true],
      ]);
      if (fault) throw fault;
    });
  const hash = async () =>
    (await pool.query('select hash from users where id = $1', [id])).rows[0].hash;

  it('signs the user out on both nodes once it is committed (S1)', async () => {
    await changePassword();
    for (const node of nodes)
      await expect.poll(() => grants.map(node.accepts)).toEqual([false, false]);
    for (const node of nodes)
      expect(await Promise.all(grants.map(node.refresh))).toEqual(['refused', 'refused']);
    expect(await hash()).toBe('new');
    const [here] = nodes;
    expect(here.onEvent).not.toHaveBeenCalled();
    const logged = await sqlAuditLog(here.database).list({
      userId: id,
      kind: 'session.revoked',
      limit: 9,
    });
    expect(logged).toHaveLength(isAudited ? 2 : 0);
  });

  it('signs no one out after a rollback (S1)', async () => {
    await expect(changePassword(new Error('the mail server fails'))).rejects.toThrow(
      'the mail server fails',
    );
    /** A later notice arrives on both nodes: those of the rolled back change would have, too. */
    const [here] = nodes;
    const marker = await here.layer.issue(
      { id: `${id} later`, username: 'x', role: 'User', tokenVersion: 0, disabled: false },
      client,
    );
    await here.layer.revoke(marker.sessionId, 'signed_out');
    for (const node of nodes) await expect.poll(() => node.accepts(marker)).toBe(false);
    expect(nodes.map(({ accepts }) => grants.map(accepts))).toEqual([
      [true, true],
      [true, true],
    ]);
    for (const node of nodes)
      expect(await Promise.all(grants.map(node.refresh))).toEqual(['refreshed', 'refreshed']);
    expect(await hash()).toBe('old');
    expect(
      await sqlAuditLog(here.database).list({ userId: id, kind: 'session.revoked', limit: 9 }),
    ).toEqual([]);
  });
});
