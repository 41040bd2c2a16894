import { StoreUnavailableError } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { startRedisSentinel, type TestRedisSentinel } from '@latchkey/test-services';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRedis, type RedisConnection } from './connection/open-redis.ts';
import { redisSessionStore } from './sessions/session-store.ts';
import { rotationOf } from './sessions/testing/rotation.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

let group: TestRedisSentinel;
let redis: RedisConnection;
beforeAll(async () => {
  group = await startRedisSentinel('hunter2');
  redis = await openRedis(group.url);
});
afterAll(() => group.stop());
afterAll(() => redis?.close());

describe('a master under Sentinel', () => {
  it('describes a master under Sentinel without its password', () => {
    expect(redis.description).toBe(`Redis "main" by Sentinel at 127.0.0.1:${group.sentinel.port}`);
  });

  it('finds a master through Sentinels with the same password, and through one without', async () => {
    const sentinel = new Redis({
      port: group.sentinel.port,
      host: '127.0.0.1',
      password: 'hunter2',
      protocol: 2,
    });
    await sentinel.call('ACL', 'SETUSER', 'default', 'nopass');
    sentinel.disconnect();
    const late = await openRedis(group.url);
    await late.check();
    await late.close();
  });

  it('throws StoreUnavailableError after the master is killed, until its replica takes over', async () => {
    const store = redisSessionStore(redis);
    const session = sessionRecord();
    await store.create(session);
    expect(await redis.client.wait(1, 5_000)).toBe(1);

    await group.master.kill();
    await expect(store.rotate(...rotationOf(session))).rejects.toThrow(StoreUnavailableError);
    await vi.waitFor(
      async () => expect((await store.rotate(...rotationOf(session))).won).toBe(true),
      PATIENCE,
    );

    const replica = new Redis({ port: group.replica.port, host: '127.0.0.1', password: 'hunter2' });
    expect(await replica.info('replication')).toMatch(/role:master/);
    replica.disconnect();
  });
});
