import { once } from 'node:events';
import { type SessionRecord, type SessionStore, StoreUnavailableError } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { startRedis, type TestRedis } from '@latchkey/test-services';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRedis, type RedisConnection } from './connection/open-redis.ts';
import { redisSessionStore } from './sessions/session-store.ts';
import { rotationOf } from './sessions/testing/rotation.ts';

const PATIENCE = { timeout: 10_000, interval: 20 };

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

let redis: RedisConnection;
let store: SessionStore;
let session: SessionRecord;
beforeEach(async () => {
  redis = await openRedis(server.url);
  store = redisSessionStore(redis);
  session = sessionRecord();
  await store.create(session);
});
afterEach(() => redis?.close());

const verbs: Record<string, () => Promise<unknown>> = {
  create: () => store.create(sessionRecord()),
  find: () => store.find(session.id),
  rotate: () => store.rotate(...rotationOf(session)),
  recordDelivery: () => store.recordDelivery(session.id, 0, 1),
  acknowledge: () => store.acknowledge([{ sessionId: session.id, generation: 0, at: 1 }]),
  revoke: () => store.revoke(session.id, 'signed_out', 1),
  revokeAllOfUser: () => store.revokeAllOfUser(session.userId, 'signed_out', 1),
  findByUser: () => store.findByUser(session.userId, 1, { limit: 1 }),
  check: () => redis.check(),
};

describe('a Redis that is killed', () => {
  it('rejects every store method after Redis is killed, and has all answered writes after a restart', async () => {
    await store.rotate(...rotationOf(session));
    const gone = sessionRecord();
    await store.create(gone);
    await store.revoke(gone.id, 'signed_out', 7);

    await server.kill();
    for (const verb of Object.values(verbs))
      await expect(verb()).rejects.toThrow(StoreUnavailableError);

    await server.restart();
    await vi.waitFor(() => redis.check(), PATIENCE);
    expect(await store.find(session.id)).toMatchObject({ generation: 1 });
    expect(await store.find(gone.id)).toMatchObject({ revokedAt: 7, revokedReason: 'signed_out' });
  });

  it('does not run a command later that was refused while Redis was out', async () => {
    server.freeze();
    const verb = expect(store.revoke(session.id, 'signed_out', 1)).rejects.toThrow(
      StoreUnavailableError,
    );
    await server.kill();
    await server.restart();
    await verb;
    await vi.waitFor(() => redis.check(), PATIENCE);
    expect(await store.find(session.id)).toEqual(session);
  });

  it('keeps every rotation that it answered under load, and runs none twice', async () => {
    const sessions = Array.from({ length: 20 }, () => sessionRecord());
    for (const each of sessions) await store.create(each);
    const rotating = sessions.map(async (first) => {
      for (let last = first; ; ) {
        const result = await store.rotate(...rotationOf(last)).catch(() => null);
        if (result === null) return last;
        expect(result.won).toBe(true);
        if (result.won) last = result.session;
      }
    });
    await vi.waitFor(
      async () => expect((await store.find(sessions[0]?.id ?? ''))?.generation).toBeGreaterThan(20),
      PATIENCE,
    );
    await server.kill();
    const answered = await Promise.all(rotating);

    await server.restart();
    await vi.waitFor(() => redis.check(), PATIENCE);
    for (const last of answered) {
      const kept = await store.find(last.id);
      expect([last.generation, last.generation + 1]).toContain(kept?.generation);
    }
  });
});

it('closes the silent connection of a Redis that stops answering, and recovers', async () => {
  server.freeze();
  await Promise.all(
    Object.values(verbs).map((verb) => expect(verb()).rejects.toThrow(StoreUnavailableError)),
  );
  await vi.waitFor(() => expect(redis.client.status).not.toBe('ready'), PATIENCE);
  server.thaw();
  await vi.waitFor(() => redis.check(), PATIENCE);
  expect(await store.find(session.id)).not.toBeNull();
});

it('rejects writes to a full Redis without partial changes, and recovers', async () => {
  await redis.client.config('SET', 'maxmemory', '1');
  const before = await redis.client.dbsize();
  for (const name of ['create', 'revoke', 'revokeAllOfUser', 'acknowledge', 'check'])
    await expect(verbs[name]?.(), name).rejects.toThrow(StoreUnavailableError);
  expect(await redis.client.dbsize()).toBe(before);
  expect(await store.find(session.id)).toEqual(session);
  expect((await store.rotate(...rotationOf(session))).won).toBe(true);

  await redis.client.config('SET', 'maxmemory', '0');
  expect(await store.revokeAllOfUser(session.userId, 'signed_out', 1)).toEqual([session.id]);
});

it('rejects writes to a Redis that became a replica, and reconnects to find a master', async () => {
  await redis.client.replicaof('127.0.0.1', server.port);
  const left = once(redis.client, 'close');
  await expect(store.rotate(...rotationOf(session))).rejects.toThrow(StoreUnavailableError);
  await left;
  await vi.waitFor(() => redis.client.replicaof('NO', 'ONE'), PATIENCE);
  await vi.waitFor(
    async () => expect((await store.rotate(...rotationOf(session))).won).toBe(true),
    PATIENCE,
  );
});

it('sends its scripts again to a Redis that has lost them', async () => {
  const sessions = Array.from({ length: 50 }, () => sessionRecord());
  await Promise.all(sessions.map((each) => store.create(each)));
  await Promise.all(sessions.map((each) => store.rotate(...rotationOf(each))));
  await redis.client.script('FLUSH');
  const ended = await Promise.all(sessions.map((each) => store.revoke(each.id, 'signed_out', 1)));
  expect(ended.filter(Boolean)).toHaveLength(50);
  await redis.client.script('FLUSH');
  const results = await Promise.all(sessions.map((each) => store.rotate(...rotationOf(each))));
  expect(results.map(({ session: after }) => after?.revokedAt)).toEqual(sessions.map(() => 1));
});

it('does not treat a script error as an outage, and keeps the arguments out of the error', async () => {
  await redis.client.set(
    `latchkey:v1:{${session.id.slice(0, 4)}}:session:${session.id}`,
    'no hash',
  );
  const error = await store.rotate(...rotationOf(session)).catch((thrown: unknown) => thrown);
  expect(error).not.toBeInstanceOf(StoreUnavailableError);
  expect(error).toMatchObject({ message: expect.stringMatching(/WRONGTYPE/) });
  expect(JSON.stringify(error)).not.toContain(session.secretHash);
});

it('throws StoreUnavailableError on a closed Redis client', async () => {
  await redis.close();
  await expect(store.find(session.id)).rejects.toThrow(StoreUnavailableError);
});
