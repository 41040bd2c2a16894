import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { startRedis, type TestRedis } from './redis.ts';

const SLOTS = 16_384;
const MASTERS = 3;

/** One master of a Redis cluster, and the slots that it serves. */
export interface TestRedisNode extends TestRedis {
  readonly firstSlot: number;
  readonly lastSlot: number;
}

/** A Redis cluster of three masters without replicas, which share all slots. */
export interface TestRedisCluster {
  readonly url: string;
  readonly nodes: readonly TestRedisNode[];
  stop(): Promise<void>;
}

/**
 * Starts a Redis cluster on free ports, and waits until it serves every slot. When a master ends,
 * the others continue.
 */
export async function startRedisCluster(): Promise<TestRedisCluster> {
  const nodes = await Promise.all(
    Array.from({ length: MASTERS }, async (_, index) => {
      const busPort = await freePort();
      const config = [
        'cluster-enabled yes',
        `cluster-port ${busPort}`,
        'cluster-node-timeout 2000',
        'cluster-require-full-coverage no',
      ];
      const server = await startRedis({ config });
      const firstSlot = Math.floor((index * SLOTS) / MASTERS);
      const lastSlot = Math.floor(((index + 1) * SLOTS) / MASTERS) - 1;
      return { ...server, busPort, firstSlot, lastSlot };
    }),
  );
  const clients = nodes.map(({ port }) => new Redis({ port, host: '127.0.0.1' }));
  for (const [index, client] of clients.entries()) {
    await client.call(
      'CLUSTER',
      'ADDSLOTSRANGE',
      nodes[index]?.firstSlot ?? 0,
      nodes[index]?.lastSlot ?? 0,
    );
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
  }
  for (const { port, busPort } of nodes.slice(1))
    await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  await Promise.all(clients.map(knowsAllSlots));
  for (const client of clients) client.disconnect();
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  };
}

async function knowsAllSlots(client: Redis): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const info = String(await client.call('CLUSTER', 'INFO'));
    if (
      /cluster_state:ok/.test(info) &&
      info.includes(`cluster_slots_ok:${SLOTS}`) &&
      info.includes(`cluster_known_nodes:${MASTERS}`)
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the Redis cluster did not form');
}
