import type { SessionCursor, SessionRecord, SessionStore } from './session-store.ts';

/**
 * Creates a session store in memory, for tests and single-process apps. Other stores are compared
 * with it.
 *
 * @example
 * import { createSessionLayer, memorySessionStore, systemClock } from '@latchkey/core';
 *
 * const store = memorySessionStore();
 * const layer = createSessionLayer({ ring, users, clock: systemClock, store });
 */
export function memorySessionStore(): SessionStore {
  const sessions = new Map<string, SessionRecord>();
  const idsOfUser = new Map<string, Set<string>>();

  /**
   * Changes a session if it exists and matches, in one synchronous step: atomic in this process.
   */
  function change(
    id: string,
    matches: (session: SessionRecord) => boolean,
    fields: (session: SessionRecord) => Partial<SessionRecord>,
  ): SessionRecord | null {
    const session = sessions.get(id);
    if (!session || !matches(session)) return null;
    const changed = { ...session, ...fields(session) };
    sessions.set(id, changed);
    return changed;
  }

  function remove(id: string): void {
    const userId = sessions.get(id)?.userId ?? '';
    sessions.delete(id);
    idsOfUser.get(userId)?.delete(id);
    if (idsOfUser.get(userId)?.size === 0) idsOfUser.delete(userId);
  }

  return {
    async create(session) {
      if (sessions.has(session.id)) throw new Error(`session ${session.id} already exists`);
      sessions.set(session.id, { ...session });
      const ids = idsOfUser.get(session.userId);
      if (ids) ids.add(session.id);
      else idsOfUser.set(session.userId, new Set([session.id]));
    },

    async find(sessionId) {
      return sessions.get(sessionId) ?? null;
    },

    async rotate({ sessionId, generation, secretHash, now, deliveredBy }, next) {
      const won = change(
        sessionId,
        (session) =>
          session.generation === generation &&
          session.secretHash === secretHash &&
          session.revokedAt === null &&
          now < session.idleExpiresAt &&
          now < session.absoluteExpiresAt &&
          (generation === 0 || session.deliveredAt <= deliveredBy),
        () => ({ ...next, lastSeenAt: now, acknowledgedAt: null }),
      );
      return won
        ? { won: true, session: won }
        : { won: false, session: sessions.get(sessionId) ?? null };
    },

    async recordDelivery(sessionId, generation, at) {
      const matches = (session: SessionRecord) =>
        session.generation === generation && session.revokedAt === null;
      return (
        change(sessionId, matches, (session) => ({
          deliveredAt: Math.max(session.deliveredAt, at),
        })) !== null
      );
    },

    async acknowledge(batch) {
      for (const { sessionId, generation, at } of batch) {
        const matches = (session: SessionRecord) =>
          session.generation === generation && session.acknowledgedAt === null;
        change(sessionId, matches, (session) => ({
          acknowledgedAt: at,
          lastSeenAt: Math.max(session.lastSeenAt, at),
        }));
      }
    },

    async setTokenVersion(sessionId, tokenVersion) {
      const isLive = (session: SessionRecord) => session.revokedAt === null;
      return (
        change(sessionId, isLive, (session) => ({
          tokenVersion: Math.max(session.tokenVersion, tokenVersion),
        })) !== null
      );
    },

    async recordAuthentication(sessionId, at) {
      const isLive = (session: SessionRecord) => session.revokedAt === null;
      return (
        change(sessionId, isLive, (session) => ({
          authenticatedAt: Math.max(session.authenticatedAt, at),
        })) !== null
      );
    },

    async revoke(sessionId, reason, at) {
      return change(
        sessionId,
        (session) => session.revokedAt === null,
        () => ({ revokedAt: at, revokedReason: reason }),
      );
    },

    async revokeAllOfUser(userId, reason, at, exceptSessionId) {
      const matches = (session: SessionRecord) =>
        session.id !== exceptSessionId && session.revokedAt === null;
      return [...(idsOfUser.get(userId) ?? [])].filter(
        (id) => change(id, matches, () => ({ revokedAt: at, revokedReason: reason })) !== null,
      );
    },

    async findByUser(userId, now, { limit, after }) {
      const isLive = (session: SessionRecord) =>
        session.revokedAt === null && now < expiryOf(session);
      const found = [...(idsOfUser.get(userId) ?? [])]
        .flatMap((id) => sessions.get(id) ?? [])
        .filter((session) => isLive(session) && (!after || newestFirst(after, session) < 0))
        .sort(newestFirst);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        sessions: page,
        next: last && found.length > limit ? { createdAt: last.createdAt, id: last.id } : null,
      };
    },

    async purge(expiredBy, limit, after) {
      const ids = [...sessions.keys()].sort().filter((id) => after === null || id > after);
      const looked = ids.slice(0, limit);
      const expired = looked.filter((id) => expiryOf(sessions.get(id)) <= expiredBy);
      for (const id of expired) remove(id);
      return { removed: expired.length, next: ids.length > limit ? (looked.at(-1) ?? null) : null };
    },
  };
}

/** The order of a user's list: the newest sign-in first. */
function newestFirst(a: SessionCursor, b: SessionCursor): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function expiryOf(session: SessionRecord | undefined): number {
  return session
    ? Math.min(session.idleExpiresAt, session.absoluteExpiresAt)
    : Number.POSITIVE_INFINITY;
}
