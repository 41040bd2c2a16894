import {
  type Acknowledgement,
  type SessionStore,
  shardOfSession,
  shardOfUser,
} from '@latchkey/core';
import { available } from '../connection/availability.ts';
import type { RedisConnection } from '../connection/open-redis.ts';
import { defineScript } from '../connection/script.ts';
import { ACKNOWLEDGE } from './scripts/acknowledge.ts';
import { CREATE } from './scripts/create.ts';
import { FIND_BY_USER } from './scripts/find-by-user.ts';
import { RECORD_AUTHENTICATION } from './scripts/record-authentication.ts';
import { RECORD_DELIVERY } from './scripts/record-delivery.ts';
import { REVOKE } from './scripts/revoke.ts';
import { REVOKE_USER_SESSIONS } from './scripts/revoke-user-sessions.ts';
import { ROTATE } from './scripts/rotate.ts';
import { SET_TOKEN_VERSION } from './scripts/set-token-version.ts';
import { hashFields, hashOf, recordOf } from './session-hash.ts';

/**
 * The margin by which keys outlive their session: expiry is decided by the caller's clock, and
 * Redis's clock may be ahead of it.
 */
const MARGIN_MS = 3_600_000;

/**
 * How many members of a user's index one script reads beyond those it returns: Redis serves other
 * clients only between two scripts.
 */
const LOOKS = 500;

/**
 * Returns the prefix of a shard's session keys. The braces (hash tag) keep all keys of a shard in
 * one slot of a cluster.
 */
const sessionKeys = (home: string) => `latchkey:v1:{${home}}:session:`;
const sessionKey = (sessionId: string) => sessionKeys(shardOfSession(sessionId)) + sessionId;
const userKey = (userId: string) => `latchkey:v1:{${shardOfUser(userId)}}:user:${userId}`;

/**
 * Creates the session store in Redis: a hash each, and for each user a sorted set of their ids by
 * sign-in. Every method is one script on one slot, so that it is atomic on a cluster too. Redis
 * expires sessions itself.
 *
 * @example
 * import { createSessionLayer } from '@latchkey/core';
 * import { openRedis, redisSessionStore } from '@latchkey/redis';
 *
 * const store = redisSessionStore(await openRedis('redis://cache.internal:6379'));
 * const layer = createSessionLayer({ store, ring, users, clock });
 */
export function redisSessionStore({ client }: Pick<RedisConnection, 'client'>): SessionStore {
  const create = defineScript<number>(client, 'Create', CREATE);
  const rotate = defineScript<[won: number, hash: string[]]>(client, 'Rotate', ROTATE);
  const recordDelivery = defineScript<number>(client, 'RecordDelivery', RECORD_DELIVERY);
  const acknowledge = defineScript<null>(client, 'Acknowledge', ACKNOWLEDGE);
  const setTokenVersion = defineScript<number>(client, 'SetTokenVersion', SET_TOKEN_VERSION);
  const recordAuthentication = defineScript<number>(
    client,
    'RecordAuthentication',
    RECORD_AUTHENTICATION,
  );
  const revoke = defineScript<string[]>(client, 'Revoke', REVOKE);
  const revokeAllOfUser = defineScript<[ended: string[], kept: number, more: number]>(
    client,
    'RevokeUserSessions',
    REVOKE_USER_SESSIONS,
  );
  const findByUser = defineScript<[hashes: string[][], lastId?: string, lastScore?: string]>(
    client,
    'FindByUser',
    FIND_BY_USER,
  );

  return {
    create: (session) =>
      available(client, async () => {
        const { id, userId, createdAt, lastSeenAt, idleExpiresAt, absoluteExpiresAt } = session;
        if (shardOfSession(id) !== shardOfUser(userId))
          throw new Error(`session ${id} does not begin with the shard of its user`);
        const lifetimes = [
          idleExpiresAt - lastSeenAt + MARGIN_MS,
          absoluteExpiresAt - createdAt + MARGIN_MS,
        ];
        const member = [sessionKeys(shardOfUser(userId)), id, createdAt, createdAt - MARGIN_MS];
        const added = await create(
          [sessionKey(id), userKey(userId)],
          [...lifetimes, ...member, ...hashFields(session)],
        );
        if (added === 0) throw new Error(`session ${id} already exists`);
      }),

    find: (sessionId) =>
      available(client, async () => recordOf(await client.hgetall(sessionKey(sessionId)))),

    rotate: ({ sessionId, generation, secretHash, now, deliveredBy }, next) =>
      available(client, async () => {
        const fields = hashFields({ ...next, lastSeenAt: now });
        const lifetime = next.idleExpiresAt - now + MARGIN_MS;
        const [won, hash] = await rotate(
          [sessionKey(sessionId)],
          [generation, secretHash, now, deliveredBy, lifetime, ...fields],
        );
        const session = recordOf(hashOf(hash));
        return won === 1 && session ? { won: true, session } : { won: false, session };
      }),

    recordDelivery: (sessionId, generation, at) =>
      available(
        client,
        async () => (await recordDelivery([sessionKey(sessionId)], [generation, at])) === 1,
      ),

    /** Acknowledges with one script call for each shard, all sent at once. */
    acknowledge: (batch) =>
      available(client, async () => {
        const ofHome = Object.values(
          Object.groupBy(batch, ({ sessionId }) => shardOfSession(sessionId)),
        );
        const call = (proofs: readonly Acknowledgement[] = []) =>
          acknowledge(
            proofs.map(({ sessionId }) => sessionKey(sessionId)),
            proofs.flatMap(({ generation, at }) => [generation, at]),
          );
        await Promise.all(ofHome.map(call));
      }),

    setTokenVersion: (sessionId, tokenVersion) =>
      available(
        client,
        async () => (await setTokenVersion([sessionKey(sessionId)], [tokenVersion])) === 1,
      ),

    recordAuthentication: (sessionId, at) =>
      available(
        client,
        async () => (await recordAuthentication([sessionKey(sessionId)], [at])) === 1,
      ),

    revoke: (sessionId, reason, at) =>
      available(client, async () =>
        recordOf(hashOf(await revoke([sessionKey(sessionId)], [reason, at]))),
      ),

    revokeAllOfUser: (userId, reason, at, exceptSessionId = '') =>
      available(client, async () => {
        const ended: string[] = [];
        for (let skip = 0, more = 1; more === 1; ) {
          const args = [sessionKeys(shardOfUser(userId)), reason, at, exceptSessionId, LOOKS, skip];
          const step = await revokeAllOfUser([userKey(userId)], args);
          ended.push(...step[0]);
          skip += step[1];
          more = step[2];
        }
        return ended;
      }),

    findByUser: (userId, now, { limit, after }) =>
      available(client, async () => {
        const from = after ? [after.createdAt, after.id] : [];
        const args = [sessionKeys(shardOfUser(userId)), now, limit, limit + LOOKS, ...from];
        const [hashes, lastId, lastScore] = await findByUser([userKey(userId)], args);
        const sessions = hashes
          .map((hash) => recordOf(hashOf(hash)))
          .filter((session) => session !== null);
        return {
          sessions,
          next: lastId === undefined ? null : { createdAt: Number(lastScore), id: lastId },
        };
      }),

    purge: async () => ({ removed: 0, next: null }),
  };
}
