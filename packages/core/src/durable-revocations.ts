import { StoreUnavailableError } from './outcome.ts';
import type { RevocationReason, SessionRecord, SessionStore } from './session-store.ts';

/** That a session was ended, kept apart from the session. All instants are milliseconds since the epoch. */
export interface Revocation {
  readonly sessionId: string;
  readonly userId: string;
  readonly reason: RevocationReason;
  readonly at: number;
  /** After this instant the session could not live anyway. */
  readonly expiresAt: number;
}

/** Where revocations are kept so that they outlive the session store. Every verb may throw `StoreUnavailableError`. */
export interface RevocationLog {
  /** Adds those not there yet and returns the session ids it added: of several callers who add the same one, exactly one is told so. */
  record(revocations: readonly Revocation[]): Promise<string[]>;
  find(sessionId: string): Promise<Revocation | null>;
}

/**
 * A session store that may lose its latest writes, or all of them, without a revoked session coming back. Revocations go to the log first;
 * whatever the store then says of such a session, it is revoked. The log is asked at the same time as the store, so a refresh waits for the
 * slower of the two and not for both.
 */
export function durableRevocations(store: SessionStore, log: RevocationLog): SessionStore {
  async function recordAll(sessions: readonly SessionRecord[], reason: RevocationReason, at: number): Promise<string[]> {
    if (sessions.length === 0) return [];
    return log.record(sessions.map(({ id, userId, absoluteExpiresAt }) => ({ sessionId: id, userId, reason, at, expiresAt: absoluteExpiresAt })));
  }

  return {
    create: (session) => store.create(session),
    recordHandOut: (sessionId, generation, at) => store.recordHandOut(sessionId, generation, at),
    acknowledge: (batch) => store.acknowledge(batch),
    purge: (expiredBy, limit, after) => store.purge(expiredBy, limit, after),

    async find(sessionId) {
      const [session, revocation] = await Promise.all([store.find(sessionId), log.find(sessionId)]);
      return session && revocation ? revoked(session, revocation) : session;
    },

    async rotate(match, next) {
      const [result, revocation] = await Promise.all([store.rotate(match, next), log.find(match.sessionId)]);
      if (!revocation || !result.session) return result;
      if (result.session.revokedAt === null) await unlessOut(store.revoke(match.sessionId, revocation.reason, revocation.at), null);
      return { won: false, session: revoked(result.session, revocation) };
    },

    async revoke(sessionId, reason, at) {
      const found = await store.find(sessionId);
      if (!found || found.revokedAt !== null) return null;
      const added = await recordAll([found], reason, at);
      if (added.length === 0) return null;
      const ended = await unlessOut(store.revoke(sessionId, reason, at), null);
      return ended ?? { ...found, revokedAt: at, revokedReason: reason };
    },

    async revokeAllOfUser(userId, reason, at, exceptSessionId) {
      const listed = (await store.findByUser(userId, at)).filter(({ id }) => id !== exceptSessionId);
      const added = await recordAll(listed, reason, at);
      const ended = await unlessOut(store.revokeAllOfUser(userId, reason, at, exceptSessionId), []);
      // Begun since the list was made, or not on it because they had expired.
      const unlisted = ended.filter((id) => listed.every((session) => session.id !== id));
      const found = await Promise.all(unlisted.map((id) => store.find(id)));
      const late = found.filter((session) => session !== null);
      return [...added, ...(await recordAll(late, reason, at))];
    },

    async findByUser(userId, now) {
      const sessions = await store.findByUser(userId, now);
      const revocations = await Promise.all(sessions.map(({ id }) => log.find(id)));
      return sessions.filter((_, index) => revocations[index] === null);
    },
  };
}

/** The log was first, so its reason counts even where the store was told another one. */
function revoked(session: SessionRecord, { reason, at }: Revocation): SessionRecord {
  return { ...session, revokedAt: at, revokedReason: reason };
}

/** The log holds what matters already: an outage of the store changes nothing about it. */
async function unlessOut<T>(attempt: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof StoreUnavailableError) return otherwise;
    throw error;
  }
}
