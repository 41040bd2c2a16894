import {
  type SessionRecord,
  type SessionStore,
  StoreUnavailableError,
  shardOfUser,
} from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { startRedisCluster, type TestRedisCluster } from '@latchkey/test-services';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRedis, type RedisConnection } from './connection/open-redis.ts';
import { redisSessionStore } from './sessions/session-store.ts';
import { rotationOf } from './sessions/testing/rotation.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

let cluster: TestRedisCluster;
let redis: RedisConnection;
let store: SessionStore;
beforeAll(async () => {
  cluster = await startRedisCluster();
  redis = await openRedis(cluster.url);
  store = redisSessionStore(redis);
});
afterAll(() => cluster.stop());
afterAll(() => redis?.close());

/** Returns which of the masters serves a user. */
async function nodeOf(userId: string): Promise<number> {
  const slot = Number(
    await redis.client.cluster('KEYSLOT', `latchkey:v1:{${shardOfUser(userId)}}:`),
  );
  return cluster.nodes.findIndex(
    ({ firstSlot, lastSlot }) => firstSlot <= slot && slot <= lastSlot,
  );
}

/** Creates sessions of different users, until every master has ten or more. */
async function sessionsEverywhere(): Promise<SessionRecord[][]> {
  const ofNode: SessionRecord[][] = cluster.nodes.map(() => []);
  while (ofNode.some((sessions) => sessions.length < 10)) {
    const session = sessionRecord();
    await store.create(session);
    ofNode[await nodeOf(session.userId)]?.push(session);
  }
  return ofNode;
}

async function onNode<T>(index: number, ask: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ port: cluster.nodes[index]?.port ?? 0, host: '127.0.0.1' });
  return ask(client).finally(() => client.disconnect());
}

/**
 * Moves a user's slot to another master as an operator does: announces it, moves the keys one by
 * one, tells all nodes. `halfway` runs when half of the keys have been moved.
 */
async function moveSlotOf(
  userId: string,
  from: number,
  to: number,
  halfway: () => Promise<void>,
): Promise<void> {
  const slot = Number(
    await redis.client.cluster('KEYSLOT', `latchkey:v1:{${shardOfUser(userId)}}:`),
  );
  const [source, target] = [
    String(await onNode(from, (node) => node.cluster('MYID'))),
    String(await onNode(to, (node) => node.cluster('MYID'))),
  ];
  await onNode(to, (node) => node.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source));
  await onNode(from, (node) => node.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', target));
  const index = `latchkey:v1:{${shardOfUser(userId)}}:user:${userId}`;
  const sessions = await onNode(from, (node) => node.zrange(index, '0', '-1'));
  const keys = [
    ...sessions.map((id) => `latchkey:v1:{${shardOfUser(userId)}}:session:${id}`),
    index,
  ];
  const move = (key: string) =>
    onNode(from, (node) =>
      node.call('MIGRATE', '127.0.0.1', cluster.nodes[to]?.port ?? 0, key, 0, 5_000),
    );
  for (const key of keys.slice(2, 4)) await move(key);
  await halfway();
  for (const key of keys) await move(key);
  for (const node of [to, from, 3 - to - from])
    await onNode(node, (client) => client.call('CLUSTER', 'SETSLOT', slot, 'NODE', target));
}

describe('a cluster of three masters', () => {
  it('spreads users over all masters of a cluster, and keeps all sessions of one user on one', async () => {
    await sessionsEverywhere();
    for (let index = 0; index < 3; index++)
      expect(await onNode(index, (node) => node.dbsize())).toBeGreaterThanOrEqual(20);

    const { userId } = sessionRecord();
    const sessions = Array.from({ length: 20 }, () => sessionRecord({ userId }));
    for (const session of sessions) await store.create(session);
    expect(
      (await store.findByUser(userId, sessions[0]?.createdAt ?? 0, { limit: 50 })).sessions,
    ).toHaveLength(20);
    expect(await store.revokeAllOfUser(userId, 'reuse', 1)).toHaveLength(20);
  });

  it('serves the other users when a master is killed, and all after its restart', async () => {
    const [lost = [], ...others] = await sessionsEverywhere();
    for (const session of lost) await store.rotate(...rotationOf(session));
    await cluster.nodes[0]?.kill();

    for (let round = 0; round < 3; round++) {
      for (const { id } of lost)
        await expect(store.find(id)).rejects.toThrow(StoreUnavailableError);
      const found = await Promise.all(others.flat().map(({ id }) => store.find(id)));
      expect(found).toEqual(others.flat());
    }
    await redis.check();
    const late = await openRedis(cluster.url);
    expect(late.warnings).toEqual([
      expect.stringMatching(/^In part, Redis Cluster at .* cannot be reached/),
    ]);
    await late.close();
    for (const session of others.flat())
      expect((await store.rotate(...rotationOf(session))).won).toBe(true);

    await cluster.nodes[0]?.restart();
    await vi.waitFor(() => Promise.all(lost.map(({ id }) => store.find(id))), PATIENCE);
    for (const { id } of lost) expect(await store.find(id)).toMatchObject({ generation: 1 });
    await vi.waitFor(
      () => store.create(sessionRecord({ userId: lost[0]?.userId ?? '' })),
      PATIENCE,
    );
  });

  it('follows a slot that moves to another master, without a wrong answer', async () => {
    const { userId } = sessionRecord();
    const sessions = Array.from({ length: 5 }, () => sessionRecord({ userId }));
    for (const session of sessions) await store.create(session);
    const from = await nodeOf(userId);
    await moveSlotOf(userId, from, (from + 1) % 3, async () => {
      await expect(store.revokeAllOfUser(userId, 'reuse', 1)).rejects.toThrow(
        StoreUnavailableError,
      );
    });
    expect(await store.revokeAllOfUser(userId, 'reuse', 1)).toHaveLength(5);
  });

  it('refuses a URL that names a cluster as a single server', async () => {
    for (const { port } of cluster.nodes)
      await expect(openRedis(`redis://127.0.0.1:${port}`)).rejects.toThrow(
        /is one node of a cluster: begin REDIS_URL with redis\+cluster:\/\/ instead\.$/,
      );
  });

  it('recovers after all masters were killed, and runs no refused command', async () => {
    const session = sessionRecord();
    await store.create(session);
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    await expect(store.find(session.id)).rejects.toThrow(StoreUnavailableError);
    await vi.waitFor(async () => {
      await expect(store.find(session.id)).rejects.toThrow(StoreUnavailableError);
      expect(redis.client.status).not.toBe('ready');
    }, PATIENCE);
    await expect(store.revoke(session.id, 'signed_out', 1)).rejects.toThrow(StoreUnavailableError);
    await expect(redis.check()).rejects.toThrow(StoreUnavailableError);
    await Promise.all(cluster.nodes.map((node) => node.restart()));
    await vi.waitFor(async () => expect(await store.find(session.id)).toEqual(session), PATIENCE);
  });
});
