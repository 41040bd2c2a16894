import type { OnEvent } from '../audit/security-event.ts';
import type { AnonymousReason } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccessTokenClaims } from '../token/access-token.ts';
import type { RevocationNotice, RevocationSubscriber } from './revocation-feed.ts';

/** Whom a notice may concern: a principal, or anything that knows as much. */
export interface RevocationSubject {
  readonly userId: string;
  readonly sessionId: string;
  /** Notices of a lower or the same version do not concern them. */
  readonly tokenVersion: number;
}

/** One node's memory of revocations: what it has heard that can still matter to an access token. */
export interface RevocationCache extends RevocationSubscriber {
  /**
   * Why a token does not hold, as far as this node has heard; `null` when nothing is known against
   * it. Two look-ups.
   */
  revocationOf(
    claims: Pick<AccessTokenClaims, 'sub' | 'sid' | 'ver'>,
  ): Extract<AnonymousReason, 'session_revoked' | 'token_version'> | null;
  /** Whether the end of that session is known here already. */
  hasSession(sessionId: string): boolean;
  /**
   * Whether what is not known here did not happen, but for the last moments. False: only the store
   * can say whether a token holds.
   */
  isUpToDate(): boolean;
  /**
   * Calls back for each notice that concerns somebody, those held already included, until the
   * returned function is called.
   */
  watch(watched: RevocationSubject, onNotice: (notice: RevocationNotice) => void): () => void;
}

export interface RevocationCacheOptions {
  /** How long a notice can matter: no access token that was out at its instant lives longer. */
  readonly windowSeconds: number;
  /** A confirmation counts for so long. */
  readonly feedSeconds: number;
  /**
   * So many sessions and users at most. Beyond it the oldest are forgotten, and nothing is
   * confirmed until those could not matter any more.
   */
  readonly capacity?: number;
  readonly clock: Clock;
  readonly onEvent: OnEvent;
}

type Listener = RevocationSubject & { readonly onNotice: (notice: RevocationNotice) => void };

export function revocationCache({
  windowSeconds,
  feedSeconds,
  capacity = 100_000,
  clock,
  onEvent,
}: RevocationCacheOptions): RevocationCache {
  /** In the order of their arrival, which is nearly that of their instants. */
  const sessions = new Map<string, RevocationNotice>();
  const users = new Map<string, RevocationNotice & { kind: 'user' }>();
  const listeners = new Map<string, Set<Listener>>();
  const expiryOf = ({ at }: RevocationNotice) => at + windowSeconds * 1000;
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let fullUntil = Number.NEGATIVE_INFINITY;
  let told: 'confirmed' | 'silent' | 'full' | null = null;

  function add(notice: RevocationNotice): void {
    const isNews =
      notice.kind === 'session' ? addTo(sessions, notice.sessionId, notice) : addUser(notice);
    if (!isNews) return;
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

  /** @returns whether nothing was held under that id */
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
        forgetOldest(sessions.size > users.size ? sessions : users);
    }
    return !known;
  }

  function forgetOldest(held: Map<string, RevocationNotice>): void {
    const [oldest] = held;
    if (!oldest) return;
    held.delete(oldest[0]);
    fullUntil = Math.max(fullUntil, expiryOf(oldest[1]));
  }

  function forgetExpired(held: Map<string, RevocationNotice>): void {
    for (const [id, notice] of held) {
      if (expiryOf(notice) > clock.now()) return;
      held.delete(id);
    }
  }

  function state(): 'confirmed' | 'silent' | 'full' {
    const now = clock.now();
    if (now < fullUntil) return 'full';
    /** Either way: the clock may have been put back. */
    const age = confirmedAt === Number.POSITIVE_INFINITY ? 0 : Math.abs(now - confirmedAt);
    return age < feedSeconds * 1000 ? 'confirmed' : 'silent';
  }

  function isUpToDate(): boolean {
    const current = state();
    if (current !== told) {
      if (current !== 'confirmed') onEvent({ kind: 'feed.stale', why: current });
      else if (told !== null) onEvent({ kind: 'feed.up_to_date' });
      told = current;
    }
    return current === 'confirmed';
  }

  return {
    isUpToDate,
    hasSession: (sessionId) => sessions.has(sessionId),

    onNotices(notices) {
      notices.forEach(add);
    },

    onUpToDate(at) {
      confirmedAt = at;
      forgetExpired(sessions);
      forgetExpired(users);
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
      /** Not before the caller holds the way to end it. */
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
