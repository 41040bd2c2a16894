import type { SessionRecord, SessionStore } from '@latchkey/core';
import { LRUCache } from 'lru-cache';
import { refuseProduction } from './refuse-production.ts';

/** How many sessions are remembered. A forgotten one shows its stored times again. */
const SESSIONS = 200;

/** A session store in which the inspector can let waiting times of one session pass at once. */
export interface AgeableStore extends SessionStore {
  /**
   * Shows the delivery and the acknowledgement of a session's current refresh token as older: those
   * up to `now`. Stored times, other sessions and expiry do not change.
   *
   * @param now milliseconds since the epoch, by the session layer's clock
   */
  age(sessionId: string, milliseconds: number, now: number): void;
  /** Returns by how many milliseconds a session was aged in all. */
  agedBy(sessionId: string): number;
}

interface Skip {
  readonly at: number;
  readonly milliseconds: number;
}

const sum = (skips: readonly Skip[]) =>
  skips.reduce((total, { milliseconds }) => total + milliseconds, 0);

/** Returns a stored time as it is shown: older by each skip since. */
const shownTime = (skips: readonly Skip[], time: number) =>
  time - sum(skips.filter(({ at }) => at >= time));

/** Returns the latest stored time that is shown as `shown` or earlier. */
const storedTime = (skips: readonly Skip[], shown: number) =>
  Math.max(
    shown,
    ...skips.map(({ at }, index) => Math.min(at, Math.floor(shown + sum(skips.slice(index))))),
  );

/**
 * Wraps a session store so that the inspector can skip a waiting time of one session: the session
 * layer then decides as if that time had passed for this session, by the unchanged rule. What was
 * skipped is kept in memory, and its loss only restores the waiting time. For development only.
 *
 * A request that is in transit during a skip counts as late by the skipped time, so the inspector
 * skips only at the press of a button in the session's own browser.
 *
 * @throws Error if `NODE_ENV` is `production`
 * @example
 * import { createSessionLayer, memorySessionStore, systemClock } from '@latchkey/core';
 * import { ageableStore, createInspector } from '@latchkey/devtools/server';
 *
 * const store = ageableStore(memorySessionStore()); // in development only
 * const layer = createSessionLayer({ ring, store, users, clock: systemClock });
 * const inspector = createInspector({ layer, ring, store });
 */
export function ageableStore(store: SessionStore): AgeableStore {
  refuseProduction('ageableStore', 'It lets sessions seem older than they are');
  const skipped = new LRUCache<string, readonly Skip[]>({ max: SESSIONS });
  const skipsOf = (sessionId: string) => skipped.get(sessionId) ?? [];

  function shown(session: SessionRecord | null): SessionRecord | null {
    const skips = session ? skipsOf(session.id) : [];
    if (!session || skips.length === 0) return session;
    const { deliveredAt, acknowledgedAt } = session;
    return {
      ...session,
      deliveredAt: shownTime(skips, deliveredAt),
      acknowledgedAt: acknowledgedAt === null ? null : shownTime(skips, acknowledgedAt),
    };
  }

  return {
    age(sessionId, milliseconds, now) {
      skipped.set(sessionId, [...skipsOf(sessionId), { at: now, milliseconds }]);
    },
    agedBy: (sessionId) => sum(skipsOf(sessionId)),
    find: async (sessionId) => shown(await store.find(sessionId)),
    async rotate(match, next) {
      const deliveredBy = storedTime(skipsOf(match.sessionId), match.deliveredBy);
      const result = await store.rotate({ ...match, deliveredBy }, next);
      return result.won ? result : { won: false, session: shown(result.session) };
    },
    create: (...given) => store.create(...given),
    recordDelivery: (...given) => store.recordDelivery(...given),
    acknowledge: (...given) => store.acknowledge(...given),
    setTokenVersion: (...given) => store.setTokenVersion(...given),
    recordAuthentication: (...given) => store.recordAuthentication(...given),
    revoke: (...given) => store.revoke(...given),
    revokeAllOfUser: (...given) => store.revokeAllOfUser(...given),
    findByUser: (...given) => store.findByUser(...given),
    purge: (...given) => store.purge(...given),
  };
}
