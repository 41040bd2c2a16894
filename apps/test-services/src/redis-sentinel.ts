import { Redis } from 'ioredis';
import { startRedis, type TestRedis } from './redis.ts';

const DOWN_AFTER_MS = 500;

/**
 * A Redis master and its replica under one Sentinel, which makes the replica the master half a
 * second after the master has ended.
 */
export interface TestRedisSentinel {
  readonly url: string;
  readonly master: TestRedis;
  readonly replica: TestRedis;
  readonly sentinel: TestRedis;
  stop(): Promise<void>;
}

/**
 * Starts a Redis master, its replica and a Sentinel.
 *
 * @param password that all three require
 */
export async function startRedisSentinel(password: string): Promise<TestRedisSentinel> {
  const config = [
    `requirepass ${password}`,
    `masterauth ${password}`,
    'repl-diskless-sync-delay 0',
  ];
  const master = await startRedis({ config });
  const replica = await startRedis({ config: [...config, `replicaof 127.0.0.1 ${master.port}`] });
  // A Sentinel that starts now finds the replica at once, instead of ten seconds later.
  await isFollowed(master, password);
  const rules = [
    `requirepass ${password}`,
    `sentinel monitor main 127.0.0.1 ${master.port} 1`,
    `sentinel auth-pass main ${password}`,
    `sentinel down-after-milliseconds main ${DOWN_AFTER_MS}`,
    'sentinel failover-timeout main 3000',
  ];
  const sentinel = await startRedis({ sentinel: true, config: rules });
  const servers = [master, replica, sentinel];
  return {
    url: `redis+sentinel://:${password}@127.0.0.1:${sentinel.port}/main`,
    master,
    replica,
    sentinel,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

async function isFollowed({ port }: TestRedis, password: string): Promise<void> {
  const client = new Redis({ port, host: '127.0.0.1', password });
  try {
    for (let attempt = 0; attempt < 400; attempt++) {
      if (/state=online/.test(await client.info('replication'))) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('the replica did not follow its master');
  } finally {
    client.disconnect();
  }
}
