import type { RevocationReason } from '../revocation/revocation-reason.ts';
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

  /** Changes a session in one synchronous step: atomic in this process. */
  function change(
    id: string,
    fields: (session: SessionRecord) => Partial<SessionRecord> | false,
  ): SessionRecord | null {
    const session = sessions.get(id);
    const changed = session && fields(session);
    if (!changed) return null;
    const after = { ...session, ...changed };
    sessions.set(id, after);
    return after;
  }

  function remove({ id, userId }: SessionRecord): void {
    sessions.delete(id);
    idsOfUser.get(userId)?.delete(id);
    if (idsOfUser.get(userId)?.size === 0) idsOfUser.delete(userId);
  }

  function revoke(id: string, revokedReason: RevocationReason, revokedAt: number) {
    return change(id, (session) => session.revokedAt === null && { revokedAt, revokedReason });
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
          isLive(session, now) &&
          (generation === 0 || session.deliveredAt <= deliveredBy) && {
            ...next,
            lastSeenAt: now,
            acknowledgedAt: null,
          },
      );
      return won
        ? { won: true, session: won }
        : { won: false, session: sessions.get(sessionId) ?? null };
    },

    async recordDelivery(sessionId, generation, at) {
      const recorded = change(
        sessionId,
        (session) =>
          session.generation === generation &&
          session.revokedAt === null && { deliveredAt: Math.max(session.deliveredAt, at) },
      );
      return recorded !== null;
    },

    async acknowledge(batch) {
      for (const { sessionId, generation, at } of batch)
        change(
          sessionId,
          (session) =>
            session.generation === generation &&
            session.acknowledgedAt === null && {
              acknowledgedAt: at,
              lastSeenAt: Math.max(session.lastSeenAt, at),
            },
        );
    },

    async setTokenVersion(sessionId, version) {
      const raised = change(
        sessionId,
        ({ revokedAt, tokenVersion }) =>
          revokedAt === null && { tokenVersion: Math.max(tokenVersion, version) },
      );
      return raised !== null;
    },

    async recordAuthentication(sessionId, at) {
      const recorded = change(
        sessionId,
        ({ revokedAt, authenticatedAt }) =>
          revokedAt === null && { authenticatedAt: Math.max(authenticatedAt, at) },
      );
      return recorded !== null;
    },

    async revoke(sessionId, reason, at) {
      return revoke(sessionId, reason, at);
    },

    async revokeAllOfUser(userId, reason, at, exceptSessionId) {
      const ids = [...(idsOfUser.get(userId) ?? [])];
      return ids.filter((id) => id !== exceptSessionId && revoke(id, reason, at) !== null);
    },

    async findByUser(userId, now, { limit, after }) {
      const found = [...(idsOfUser.get(userId) ?? [])]
        .flatMap((id) => sessions.get(id) ?? [])
        .filter((session) => isLive(session, now) && (!after || newestFirst(after, session) < 0))
        .sort(newestFirst);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        sessions: page,
        next: last && found.length > limit ? { createdAt: last.createdAt, id: last.id } : null,
      };
    },

    async purge(expiredBy, limit, after) {
      const rest = [...sessions.values()]
        .filter(({ id }) => after === null || id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const read = rest.slice(0, limit);
      const expired = read.filter((session) => expiryOf(session) <= expiredBy);
      expired.forEach(remove);
      return { removed: expired.length, next: (rest.length > limit && read.at(-1)?.id) || null };
    },
  };
}

/** Compares sessions for a list of a user's sessions: the newest sign-in comes first. */
function newestFirst(a: SessionCursor, b: SessionCursor): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function isLive(session: SessionRecord, now: number): boolean {
  return session.revokedAt === null && now < expiryOf(session);
}

function expiryOf({ idleExpiresAt, absoluteExpiresAt }: SessionRecord): number {
  return Math.min(idleExpiresAt, absoluteExpiresAt);
}
