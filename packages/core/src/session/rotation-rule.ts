import type { RefreshRefusal } from '../errors.ts';
import { equalSecrets } from '../lib/mac.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import type { RotationMatch, RotationNext, SessionRecord } from './session-store.ts';
import type { User } from './user.ts';

/** The part of an authentic refresh token that a decision depends on. */
export type PresentedToken = Pick<RefreshToken, 'generation' | 'secretHash'>;

/** The decision what to do with a presented refresh token. */
export type RotationDecision =
  | { readonly kind: 'refuse'; readonly reason: RefreshRefusal }
  /** Sign a new access token without a rotation: only the access token's cookie is set. */
  | { readonly kind: 'reissue' }
  /** Replace the presented refresh token by a new one. */
  | { readonly kind: 'rotate' }
  /**
   * Deliver the stored successor again, as to a concurrent or retried request. `recordDelivery`:
   * the store must record the delivery first.
   */
  | { readonly kind: 'converge'; readonly recordDelivery: boolean }
  /**
   * The store has lost writes: make the presented token the current one again, with these fields.
   * Only the access cookie is set.
   */
  | {
      readonly kind: 'adopt';
      readonly next: Pick<RotationNext, 'previousSecretHash' | 'deliveredAt'>;
    }
  /** The store has lost writes, and its own current token has settled: rotate the presented one. */
  | { readonly kind: 'recover' }
  /** The token's successor is in use: revoke the session (RFC 9700, 4.14.2). */
  | { readonly kind: 'reuse' };

/**
 * Decides what to do with a presented refresh token: the cases of docs/protocol.md, The decision. A
 * pure function of its arguments. Only case 4 is repeated elsewhere, by stores: see
 * {@link rotationMatch}. What else follows from a change is listed in docs/changing.md.
 *
 * @param session the stored record, or `null`
 * @param user the session's user, or `null`
 * @param presented a token of this session whose MAC was verified
 * @param now milliseconds since the epoch
 * @param graceSeconds how long a request or a response may be in transit; 0 makes every token
 *   single-use
 * @example
 * import { decideRotation } from '@latchkey/core';
 *
 * const session = await store.find('Kq3vX0aBfG2mT9wLr5YtZQ');
 * const presented = { generation: 0, secretHash: session?.secretHash ?? '' };
 * const decision = decideRotation(session, user, presented, clock.now(), 30);
 * if (decision.kind === 'refuse') console.log(decision.reason);
 */
export function decideRotation(
  session: SessionRecord | null,
  user: User | null,
  presented: PresentedToken,
  now: number,
  graceSeconds: number,
): RotationDecision {
  /** Cases 1 and 2 of docs/protocol.md: the session or its user is refused. */
  const refusal = refuseSession(session, now) ?? (session && refuseUser(session, user));
  if (refusal || !session) return { kind: 'refuse', reason: refusal ?? 'session_unknown' };

  const grace = graceSeconds * 1000;
  const ahead = presented.generation - session.generation;
  const settled = now >= session.deliveredAt + settleSeconds(graceSeconds) * 1000;

  /** Cases 3 and 4 of docs/protocol.md: the current token. */
  if (ahead === 0 && equalSecrets(presented.secretHash, session.secretHash)) {
    return { kind: settled || session.generation === 0 ? 'rotate' : 'reissue' };
  }
  /** Case 6 of docs/protocol.md: the store has lost writes. */
  if (ahead >= 0 && (grace === 0 || (ahead === 0 && settled))) return { kind: 'recover' };
  if (ahead === 0) return adopt(session.previousSecretHash, session.deliveredAt);
  if (ahead > 0) return adopt(ahead === 1 ? session.secretHash : null, now);

  /** Case 5 of docs/protocol.md: the previous token. */
  const successorInUse = session.acknowledgedAt !== null && now >= session.acknowledgedAt + grace;
  if (isPredecessor(session, presented) && !successorInUse && grace > 0) {
    /**
     * A delivery within the grace is not recorded: the settle time covers it, and concurrent
     * requests write nothing.
     */
    const isLateDelivery = now - session.deliveredAt >= grace;
    return {
      kind: 'converge',
      recordDelivery: session.sealedSuccessor !== null && isLateDelivery,
    };
  }
  /** Case 7 of docs/protocol.md: reuse. */
  return { kind: 'reuse' };
}

/**
 * Whether an authentic token is the predecessor of the current one. After a loss of writes the
 * store may not know the predecessor's secret; then any token of that generation counts as it.
 */
export function isPredecessor(
  session: SessionRecord,
  { generation, secretHash }: PresentedToken,
): boolean {
  return (
    generation === session.generation - 1 &&
    (session.previousSecretHash === null || equalSecrets(secretHash, session.previousSecretHash))
  );
}

/**
 * Adopts a token instead of rotating it: requests sent before the loss of writes may still arrive,
 * and then present the predecessor, not a token two generations behind. Two secrets of one
 * generation may be adopted in turn until the settle time is over, so adopting does not extend it.
 */
function adopt(previousSecretHash: string | null, deliveredAt: number): RotationDecision {
  return { kind: 'adopt', next: { previousSecretHash, deliveredAt } };
}

/**
 * Returns why a session is no longer usable; `null` for a live one (docs/protocol.md, cases 1 and
 * 2).
 */
export function refuseSession(session: SessionRecord | null, now: number): RefreshRefusal | null {
  if (!session) return 'session_unknown';
  if (now >= session.idleExpiresAt || now >= session.absoluteExpiresAt) return 'session_expired';
  return session.revokedAt === null ? null : 'session_revoked';
}

/**
 * Returns why a session's user can no longer use it (docs/protocol.md, case 2): the user was
 * removed or disabled, or the token version raised. The session's version may be higher than the
 * user's, as they may be in different stores, one of which is written first.
 */
export function refuseUser(session: SessionRecord, user: User | null): RefreshRefusal | null {
  if (!user || user.disabled || user.id !== session.userId) return 'user_gone';
  return user.tokenVersion <= session.tokenVersion ? null : 'token_version';
}

/**
 * Returns the settle time: seconds from the delivery of a refresh token until it may be rotated, so
 * that no request with its predecessor is still in transit then. The cookies leave within a grace
 * of the decision, arrive within another, and a request sent just before arrives within a third;
 * the fourth is a margin.
 *
 * @example
 * import { settleSeconds } from '@latchkey/core';
 *
 * settleSeconds(layer.options.graceSeconds); // 120 with the default grace of 30
 */
export function settleSeconds(graceSeconds: number): number {
  return 4 * graceSeconds;
}

/** The part of a presented token that the store's conditional write compares. */
type PresentedForMatch = Pick<RotationMatch, 'sessionId' | 'generation' | 'secretHash'>;

/**
 * Returns the conditions of `rotate` (case 4 of {@link decideRotation}), as a store checks them
 * while it writes, so that an ordinary rotation is one round trip. This is all that stores repeat
 * of the rule, in SQL and in Redis scripts; `sessionStoreContract` tests them against it. They do
 * not know the grace.
 *
 * @param now milliseconds since the epoch
 * @example
 * import { parseRefreshToken, rotationMatch } from '@latchkey/core';
 *
 * const token = request.cookies['__Host-X-Refresh-Token'];
 * const presented = parseRefreshToken(ring, token, [user.username]);
 * const match = presented && rotationMatch(presented, clock.now(), 30); // for SessionStore.rotate
 */
export function rotationMatch(
  presented: PresentedForMatch,
  now: number,
  graceSeconds: number,
): RotationMatch {
  return { ...presented, now, deliveredBy: Math.floor(now - settleSeconds(graceSeconds) * 1000) };
}

/**
 * Whether it is too late to set the cookies of a decision: the browser may hold newer ones by now.
 * Its next request then converges. With `graceSeconds` 0 cookies are always set, because the token
 * that the browser holds works only once.
 *
 * @param decidedAt when the refresh was decided; like `now` in milliseconds since the epoch
 * @example
 * import { isTooLateToSet } from '@latchkey/core';
 *
 * isTooLateToSet(0, 29_999, 30); // false
 * isTooLateToSet(0, 30_000, 30); // true
 */
export function isTooLateToSet(decidedAt: number, now: number, graceSeconds: number): boolean {
  return graceSeconds > 0 && now - decidedAt >= graceSeconds * 1000;
}
