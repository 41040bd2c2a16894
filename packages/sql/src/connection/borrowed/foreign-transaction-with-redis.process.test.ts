import { sessionRecord } from '@latchkey/core/testing/contracts';
import { durableRevocations, openRedis, redisSessionStore } from '@latchkey/redis';
import { testDatabase, testRedis } from '@latchkey/test-services';
import { Pool } from 'pg';
import { expect, it } from 'vitest';
import { openDatabase } from '../../database.ts';
import { sqlRevocationLog } from '../../revocations/revocation-log.ts';

it.each(['commit', 'rollback'])(
  'revokes sessions in Redis with a transaction of the app: %s (S1)',
  async (end) => {
    const [postgres, redisServer] = [await testDatabase(), await testRedis()];
    const pool = new Pool({ connectionString: postgres.url });
    pool.on('error', () => {});
    const [database, redis] = [await openDatabase(pool), await openRedis(redisServer.url)];
    const inRedis = redisSessionStore(redis);
    const store = durableRevocations(inRedis, sqlRevocationLog(database), database.afterCommit);
    const session = sessionRecord();
    await store.create(session);

    const client = await pool.connect();
    await client.query('begin');
    const transaction = {
      query: async (sql: string, parameters: readonly unknown[]) =>
        (await client.query(sql, [...parameters])).rows,
    };
    expect(
      await database.within(transaction, () =>
        store.revokeAllOfUser(session.userId, 'password_changed', session.createdAt),
      ),
    ).toEqual([session.id]);
    expect((await store.find(session.id))?.revokedAt).toBeNull();
    await client.query(end);
    client.release();

    const revokedAt = end === 'commit' ? session.createdAt : null;
    expect((await store.find(session.id))?.revokedAt).toBe(revokedAt);
    expect((await inRedis.find(session.id))?.revokedAt).toBeNull();
    await database.close();
    await pool.end();
    await redis.close();
    await redisServer.drop();
    await postgres.drop();
  },
);
