import type { OnEvent } from '../audit/security-event.ts';
import type { AnonymousReason } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccessTokenClaims } from '../token/access-token.ts';
import type { RevocationNotice, RevocationSubscriber } from './revocation-feed.ts';

/** Whose revocations to watch: a `Principal`, or any object with these fields. */
export interface RevocationSubject {
  readonly userId: string;
  readonly sessionId: string;
  /** The subject's token version: notices of the same or a lower version do not concern it. */
  readonly tokenVersion: number;
}

/** One node's cache of the revocation notices that an unexpired access token may need. */
export interface RevocationCache extends RevocationSubscriber {
  /**
   * Returns why a token is revoked; `null` if this node knows no revocation. Costs two look-ups.
   */
  revocationOf(
    claims: Pick<AccessTokenClaims, 'sub' | 'sid' | 'ver'>,
  ): Extract<AnonymousReason, 'session_revoked' | 'token_version'> | null;
  /** Whether this node has a notice that the session was revoked. */
  hasSession(sessionId: string): boolean;
  /**
   * True while the feed is up to date: a session absent from the cache is then known not to be
   * revoked, but for the last seconds. If false, only the store can tell.
   */
  isUpToDate(): boolean;
  /**
   * Calls `onNotice` for each notice that concerns a subject, cached ones included, until the
   * returned function is called.
   */
  watch(subject: RevocationSubject, onNotice: (notice: RevocationNotice) => void): () => void;
}

export interface RevocationCacheOptions {
  /** For how many seconds a notice is kept: `noticeLifetimeSeconds`. */
  readonly windowSeconds: number;
  /** For how many seconds after its last `onUpToDate` the feed counts as up to date. */
  readonly feedSeconds: number;
  /**
   * The most notices kept. Beyond it the oldest are evicted, and the cache is not up to date until
   * those would have expired.
   */
  readonly capacity?: number;
  readonly clock: Clock;
  readonly onEvent: OnEvent;
}

type Listener = RevocationSubject & { readonly onNotice: (notice: RevocationNotice) => void };

/**
 * Creates a cache that a revocation feed fills. It emits `feed.stale` and `feed.up_to_date` when
 * the state changes.
 */
export function revocationCache({
  windowSeconds,
  feedSeconds,
  capacity = 100_000,
  clock,
  onEvent,
}: RevocationCacheOptions): RevocationCache {
  /** The notices of sessions, in order of arrival, which is nearly the order of their instants. */
  const sessions = new Map<string, RevocationNotice>();
  const users = new Map<string, RevocationNotice & { kind: 'user' }>();
  const listeners = new Map<string, Set<Listener>>();
  const expiryOf = ({ at }: RevocationNotice) => at + windowSeconds * 1000;
  let upToDateAt = Number.NEGATIVE_INFINITY;
  let fullUntil = Number.NEGATIVE_INFINITY;
  let reported: 'up_to_date' | 'silent' | 'full' | null = null;

  function add(notice: RevocationNotice): void {
    const isNew =
      notice.kind === 'session' ? addTo(sessions, notice.sessionId, notice) : addUser(notice);
    if (!isNew) return;
    for (const listener of listeners.get(keyOf(notice)) ?? [])
      if (concerns(notice, listener)) listener.onNotice(notice);
  }

  function addUser(notice: RevocationNotice & { kind: 'user' }): boolean {
    const known = users.get(notice.userId);
    if (known && known.tokenVersion > notice.tokenVersion) return false;
    return (
      addTo(users, notice.userId, notice) ||
      (known !== undefined && known.tokenVersion < notice.tokenVersion)
    );
  }

  /**
   * Adds a notice to one of the maps.
   *
   * @returns whether its id is new
   */
  function addTo<Notice extends RevocationNotice>(
    held: Map<string, Notice>,
    id: string,
    notice: Notice,
  ): boolean {
    const known = held.get(id);
    const latest = known && known.at > notice.at ? { ...notice, at: known.at } : notice;
    if (expiryOf(latest) > clock.now()) {
      held.delete(id);
      held.set(id, latest);
      if (sessions.size + users.size > capacity)
        evictOldest(sessions.size > users.size ? sessions : users);
    }
    return !known;
  }

  function evictOldest(held: Map<string, RevocationNotice>): void {
    const [oldest] = held;
    if (!oldest) return;
    held.delete(oldest[0]);
    fullUntil = Math.max(fullUntil, expiryOf(oldest[1]));
  }

  function deleteExpired(held: Map<string, RevocationNotice>): void {
    for (const [id, notice] of held) {
      if (expiryOf(notice) > clock.now()) return;
      held.delete(id);
    }
  }

  function state(): 'up_to_date' | 'silent' | 'full' {
    const now = clock.now();
    if (now < fullUntil) return 'full';
    /** Computed as absolute value, because the clock may have been set back. */
    const age = upToDateAt === Number.POSITIVE_INFINITY ? 0 : Math.abs(now - upToDateAt);
    return age < feedSeconds * 1000 ? 'up_to_date' : 'silent';
  }

  function isUpToDate(): boolean {
    const current = state();
    if (current !== reported) {
      if (current !== 'up_to_date') onEvent({ kind: 'feed.stale', why: current });
      else if (reported !== null) onEvent({ kind: 'feed.up_to_date' });
      reported = current;
    }
    return current === 'up_to_date';
  }

  return {
    isUpToDate,
    hasSession: (sessionId) => sessions.has(sessionId),

    onNotices(notices) {
      notices.forEach(add);
    },

    onUpToDate(at) {
      upToDateAt = at;
      deleteExpired(sessions);
      deleteExpired(users);
      isUpToDate();
    },

    revocationOf({ sub, sid, ver }) {
      if (sessions.has(sid)) return 'session_revoked';
      return (users.get(sub)?.tokenVersion ?? 0) > ver ? 'token_version' : null;
    },

    watch({ userId, sessionId, tokenVersion }, onNotice) {
      const listener = { userId, sessionId, tokenVersion, onNotice };
      const keys = [`session ${sessionId}`, `user ${userId}`];
      for (const key of keys) listeners.set(key, (listeners.get(key) ?? new Set()).add(listener));
      let watching = true;
      const held = [sessions.get(sessionId), users.get(userId)]
        .filter((notice) => notice !== undefined)
        .filter((notice) => concerns(notice, listener));
      /**
       * Delivers cached notices after `watch` has returned, so that the callback can end the watch.
       */
      queueMicrotask(() => {
        for (const notice of held) if (watching) onNotice(notice);
      });
      return () => {
        watching = false;
        for (const key of keys) {
          const ofKey = listeners.get(key);
          ofKey?.delete(listener);
          if (ofKey?.size === 0) listeners.delete(key);
        }
      };
    },
  };
}

function keyOf(notice: RevocationNotice): string {
  return notice.kind === 'session' ? `session ${notice.sessionId}` : `user ${notice.userId}`;
}

function concerns(notice: RevocationNotice, { tokenVersion }: RevocationSubject): boolean {
  return notice.kind === 'session' || notice.tokenVersion > tokenVersion;
}
