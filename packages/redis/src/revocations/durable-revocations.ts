import {
  type AuditLog,
  type Revocation,
  type RevocationLog,
  type SessionCursor,
  type SessionRecord,
  type SessionStore,
  StoreUnavailableError,
} from '@latchkey/core';

/** Longer than any session lives, in milliseconds: browsers keep a cookie for 400 days. */
const LONGEST_LIFE_MS = 400 * 86_400_000;
/** How many sessions of a user are revoked in one step. */
const STEP = 500;

/**
 * Wraps a session store that may lose its latest writes, or all of them, so that no revoked session
 * comes back. The log decides: a session in it is revoked, even if the store has it as live. The
 * log and the store are read in parallel, so that a refresh waits for the slower of the two.
 *
 * The store receives a revocation once the log's transaction is committed, so that a rollback ends
 * no session. If the call is lost, the next refresh repeats it.
 *
 * @param afterCommit of the database in whose transactions revocations are written
 * @example
 * import { durableRevocations, redisSessionStore } from '@latchkey/redis';
 * import { sqlRevocationLog } from '@latchkey/sql';
 *
 * const log = sqlRevocationLog(database);
 * const store = durableRevocations(redisSessionStore(redis), log, database.afterCommit);
 */
export function durableRevocations(
  store: SessionStore,
  log: RevocationLog,
  afterCommit: AuditLog['afterCommit'] = async (tell) => tell(),
): SessionStore {
  const findOne = async (sessionId: string) => (await log.find([sessionId]))[0];

  /**
   * Revokes a session in the store. An outage is ignored, because the log already has the
   * revocation.
   */
  async function tellStore({ sessionId, reason, at }: Revocation): Promise<void> {
    try {
      await store.revoke(sessionId, reason, at);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }

  /**
   * Records revocations and sends them to the store.
   *
   * @returns the ids of the sessions that were live before
   */
  async function end(revocations: readonly Revocation[]): Promise<string[]> {
    if (revocations.length === 0) return [];
    const added = await log.record(revocations);
    await afterCommit(async () => void (await Promise.allSettled(revocations.map(tellStore))));
    return added;
  }

  return {
    create: (session) => store.create(session),
    recordDelivery: (sessionId, generation, at) => store.recordDelivery(sessionId, generation, at),
    acknowledge: (batch) => store.acknowledge(batch),
    setTokenVersion: (sessionId, tokenVersion) => store.setTokenVersion(sessionId, tokenVersion),
    recordAuthentication: (sessionId, at) => store.recordAuthentication(sessionId, at),
    purge: (expiredBy, limit, after) => store.purge(expiredBy, limit, after),

    async find(sessionId) {
      const [session, revocation] = await Promise.all([store.find(sessionId), findOne(sessionId)]);
      return session && revocation ? revoked(session, revocation) : session;
    },

    async rotate(match, next) {
      const [result, revocation] = await Promise.all([
        store.rotate(match, next),
        findOne(match.sessionId),
      ]);
      if (!revocation || !result.session) return result;
      if (result.session.revokedAt === null) await tellStore(revocation);
      return { won: false, session: revoked(result.session, revocation) };
    },

    /**
     * Also records a session that the store does not have or has as revoked: a restore may bring it
     * back.
     */
    async revoke(sessionId, reason, at) {
      const found = await store.find(sessionId);
      const [userId, expiresAt] = found
        ? [found.userId, found.absoluteExpiresAt]
        : ['', at + LONGEST_LIFE_MS];
      const revocation = { sessionId, userId, reason, at, expiresAt };
      const added = await end([revocation]);
      return found && added.length > 0 ? revoked(found, revocation) : null;
    },

    async revokeAllOfUser(userId, reason, at, exceptSessionId) {
      const ended: string[] = [];
      let after: SessionCursor | undefined;
      do {
        const { sessions, next } = await store.findByUser(userId, at, { limit: STEP, after });
        const others = sessions.filter(({ id }) => id !== exceptSessionId);
        ended.push(
          ...(await end(
            others.map(({ id, absoluteExpiresAt }) => ({
              sessionId: id,
              userId,
              reason,
              at,
              expiresAt: absoluteExpiresAt,
            })),
          )),
        );
        after = next ?? undefined;
      } while (after);
      return ended;
    },

    async findByUser(userId, now, query) {
      const { sessions, next } = await store.findByUser(userId, now, query);
      const ended = new Set(
        (await log.find(sessions.map(({ id }) => id))).map(({ sessionId }) => sessionId),
      );
      return { sessions: sessions.filter(({ id }) => !ended.has(id)), next };
    },
  };
}

/**
 * Returns the record as revoked. The log was written first, so its reason counts even if the store
 * has another one.
 */
function revoked(session: SessionRecord, { reason, at }: Revocation): SessionRecord {
  return { ...session, revokedAt: at, revokedReason: reason };
}
