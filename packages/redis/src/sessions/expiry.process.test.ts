import { type SessionStore, shardOfUser } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { type TestRedisDatabase, testRedis } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis, type RedisConnection } from '../connection/open-redis.ts';
import { redisSessionStore } from './session-store.ts';
import { rotationOf } from './testing/rotation.ts';

const DAY = 86_400_000;
const MARGIN = 3_600_000;

let server: TestRedisDatabase;
let redis: RedisConnection;
let store: SessionStore;
beforeAll(async () => {
  server = await testRedis();
  redis = await openRedis(server.url);
  store = redisSessionStore(redis);
});
afterAll(() => server.drop());
afterAll(() => redis?.close());

const keysOf = ({ id, userId }: { id: string; userId: string }) => ({
  session: `latchkey:v1:{${shardOfUser(userId)}}:session:${id}`,
  user: `latchkey:v1:{${shardOfUser(userId)}}:user:${userId}`,
});

/**
 * Creates a session with these lifetimes. Its instants are years away from the server's, as those
 * of a test or a wrong clock are.
 */
async function created(idleDays: number, days: number, userId?: string) {
  const { createdAt } = sessionRecord();
  const expiry = {
    idleExpiresAt: createdAt + idleDays * DAY,
    absoluteExpiresAt: createdAt + days * DAY,
  };
  const session = sessionRecord({ ...expiry, ...(userId ? { userId } : {}) });
  await store.create(session);
  return { session, keys: keysOf(session) };
}

/**
 * Returns a key's remaining TTL in days, less the margin, rounded so that the test's own seconds do
 * not count.
 */
const days = async (key: string) =>
  Math.round(((await redis.client.pttl(key)) - MARGIN) / (DAY / 100)) / 100;

describe('expiry in Redis', () => {
  it('expires a session in Redis an hour after its idle expiry, and the index with the last one', async () => {
    const { keys } = await created(7, 30);
    expect([await days(keys.session), await days(keys.user)]).toEqual([7, 30]);
  });

  it('postpones the expiry of a session in Redis at each rotation', async () => {
    const { session, keys } = await created(7, 30);
    const [match, next] = rotationOf(session);
    await store.rotate(match, { ...next, idleExpiresAt: match.now + 9 * DAY });
    expect(await days(keys.session)).toBe(9);
  });

  it('does not postpone the expiry at a lost rotation, a revocation, delivery or acknowledgement', async () => {
    const { session, keys } = await created(7, 30);
    const [match, next] = rotationOf(session);
    await store.rotate(
      { ...match, secretHash: 'other' },
      { ...next, idleExpiresAt: match.now + 9 * DAY },
    );
    await store.acknowledge([
      { sessionId: session.id, generation: 0, at: session.createdAt + DAY },
    ]);
    await store.recordDelivery(session.id, 0, session.createdAt + DAY);
    await store.revoke(session.id, 'signed_out', session.createdAt + DAY);
    expect(await days(keys.session)).toBe(7);
  });

  it("keeps a user's index as long as the longest of its sessions, in any order", async () => {
    const { session, keys } = await created(7, 30);
    await created(1, 2, session.userId);
    expect(await days(keys.user)).toBe(30);
    await created(1, 60, session.userId);
    expect(await days(keys.user)).toBe(60);
  });
});

describe('the index', () => {
  const members = (key: string) => redis.client.zrange(key, '0', '-1');

  it.each<[string, (userId: string) => Promise<unknown>, number]>([
    ['listed', (userId) => store.findByUser(userId, sessionRecord().createdAt, { limit: 9 }), 1],
    ['ended', (userId) => store.revokeAllOfUser(userId, 'reuse', 1), 0],
  ])(
    'drops lost or revoked sessions from the index when those of the user are %s',
    async (_verb, meet, left) => {
      const { session: gone, keys } = await created(7, 30);
      const { session: over } = await created(7, 30, gone.userId);
      await created(7, 30, gone.userId);
      await redis.client.del(keys.session);
      await store.revoke(over.id, 'signed_out', 1);
      expect(await members(keys.user)).toHaveLength(3);
      await meet(gone.userId);
      expect(await members(keys.user)).toHaveLength(left);
    },
  );

  it('drops sessions from the index at a sign-in an hour past their absolute expiry', async () => {
    const { session, keys } = await created(1, 2);
    const later = session.createdAt + 2 * DAY + 3_600_000;
    const next = sessionRecord({
      userId: session.userId,
      createdAt: later,
      lastSeenAt: later,
      idleExpiresAt: later + DAY,
      absoluteExpiresAt: later + DAY,
    });
    await store.create(next);
    expect(await members(keys.user)).toEqual([next.id]);
  });
});
