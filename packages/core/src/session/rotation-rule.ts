import type { RefreshRefusal } from '../errors.ts';
import { equalSecrets } from '../lib/crypto.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import type { RotationMatch, RotationNext, SessionRecord } from './session-store.ts';
import type { User } from './user.ts';

/** What a decision needs of an authentic refresh token. */
export type PresentedToken = Pick<RefreshToken, 'generation' | 'secretHash'>;

export type RotationDecision =
  | { readonly kind: 'refuse'; readonly reason: RefreshRefusal }
  /** A new access token, no rotation, and only the access cookie is set. */
  | { readonly kind: 'reissue' }
  | { readonly kind: 'rotate' }
  /**
   * Hand out the same successor again; `recordDelivery` says whether that must be written down
   * first.
   */
  | { readonly kind: 'converge'; readonly recordDelivery: boolean }
  /**
   * The store has lost writes: make what was presented the current token again, in `next`'s terms.
   * Only the access cookie is set.
   */
  | {
      readonly kind: 'adopt';
      readonly next: Pick<RotationNext, 'previousSecretHash' | 'deliveredAt'>;
    }
  /**
   * The store lost writes, and what it has instead has settled: rotate forward from what was
   * presented.
   */
  | { readonly kind: 'recover' }
  /** Somebody uses a token whose successor is in use: end the session. */
  | { readonly kind: 'reuse' };

/**
 * The heart of the protocol (docs/protocol.md, The decision). Pure: the same record, user, token
 * and instant always give the same answer.
 *
 * @param session the stored record, or `null`
 * @param user the user of the session, or `null`
 * @param presented an authentic token of this session (its MAC has been verified)
 * @param now milliseconds since the epoch
 * @param graceSeconds how long a straggler may take; 0 makes every token work once
 */
export function decideRotation(
  session: SessionRecord | null,
  user: User | null,
  presented: PresentedToken,
  now: number,
  graceSeconds: number,
): RotationDecision {
  const refusal = refuseSession(session, now) ?? (session && refuseUser(session, user));
  if (refusal || !session) return { kind: 'refuse', reason: refusal ?? 'session_unknown' };

  const grace = graceSeconds * 1000;
  const ahead = presented.generation - session.generation;
  const settled = now >= session.deliveredAt + settleSeconds(graceSeconds) * 1000;

  if (ahead === 0 && equalSecrets(presented.secretHash, session.secretHash)) {
    return { kind: settled || session.generation === 0 ? 'rotate' : 'reissue' };
  }
  if (ahead >= 0 && (grace === 0 || (ahead === 0 && settled))) return { kind: 'recover' };
  if (ahead === 0) return adopt(session.previousSecretHash, session.deliveredAt);
  if (ahead > 0) return adopt(ahead === 1 ? session.secretHash : null, now);

  const successorInUse = session.acknowledgedAt !== null && now >= session.acknowledgedAt + grace;
  if (isPredecessor(session, presented) && !successorInUse && grace > 0) {
    return {
      kind: 'converge',
      recordDelivery: session.sealedSuccessor !== null && now - session.deliveredAt >= grace,
    };
  }
  return { kind: 'reuse' };
}

/**
 * Whether an authentic token is the one before the current one. After a loss of writes nobody may
 * know its secret any more: then any of that generation is.
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
 * The loss may be a moment ago and requests from before it under way: adopting leaves them a
 * predecessor, where rotating would leave them two generations behind. Where two secrets of one
 * generation are about, one may be adopted after the other, and the settle time, which then ends
 * that, is not put off.
 */
function adopt(previousSecretHash: string | null, deliveredAt: number): RotationDecision {
  return { kind: 'adopt', next: { previousSecretHash, deliveredAt } };
}

/** Case 1, and revocation from case 2. */
export function refuseSession(session: SessionRecord | null, now: number): RefreshRefusal | null {
  if (!session) return 'session_unknown';
  if (now >= session.idleExpiresAt || now >= session.absoluteExpiresAt) return 'session_expired';
  return session.revokedAt === null ? null : 'session_revoked';
}

/**
 * The rest of case 2: the session's user must exist, be enabled, and not have raised the token
 * version since. A session may be ahead of its user: where the two live in different stores, one of
 * them is written first.
 */
export function refuseUser(session: SessionRecord, user: User | null): RefreshRefusal | null {
  if (!user || user.disabled || user.id !== session.userId) return 'user_gone';
  return user.tokenVersion <= session.tokenVersion ? null : 'token_version';
}

/** How long the current refresh token must have been out before it may be rotated again. */
export function settleSeconds(graceSeconds: number): number {
  return 4 * graceSeconds;
}

/** What was presented, for the store's conditional write. */
type PresentedForMatch = Pick<RotationMatch, 'sessionId' | 'generation' | 'secretHash'>;

/**
 * The conditions of `rotate` in {@link decideRotation}, as a store checks them while it writes: an
 * ordinary rotation is then one round trip. The stores repeat this rule in SQL and in Redis
 * scripts; `sessionStoreContract` holds them to it.
 */
export function rotationMatch(
  presented: PresentedForMatch,
  now: number,
  graceSeconds: number,
): RotationMatch {
  return { ...presented, now, deliveredBy: Math.floor(now - settleSeconds(graceSeconds) * 1000) };
}

/**
 * Whether cookies that were decided at an instant must not be set any more: the browser may hold
 * newer ones by now. Its next request then converges. Without a grace every answer is set, however
 * late.
 */
export function isTooLateToSet(decidedAt: number, now: number, graceSeconds: number): boolean {
  return graceSeconds > 0 && now - decidedAt >= graceSeconds * 1000;
}
