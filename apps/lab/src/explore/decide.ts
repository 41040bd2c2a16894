import {
  decideRotation,
  deriveKeyRing,
  encodeRefreshToken,
  parseRefreshToken,
  type RotationDecision,
  type SessionRecord,
  type User,
} from '@latchkey/core';
import { GRACE, generationOf, type Jar, type Server, type Token } from './state.ts';
import type { Rules } from './weakenings.ts';

export const NOW = 1_000_000;
const TICK = 1000;
const FAR = NOW * 10;

const user: User = { id: 'u', username: 'bob', role: 'User', tokenVersion: 0, disabled: false };
const hashes = new Map<Token, string>();

function hashOf(token: Token): string {
  const known = hashes.get(token) ?? Buffer.alloc(32, token + 1).toString('base64url');
  hashes.set(token, known);
  return known;
}

/** Calls the product's own `decideRotation`, with ages converted to times. */
export function decide(server: Server, presented: Token, rules: Rules): RotationDecision {
  const { current, previous, sealed } = server;
  /** Answered by the call that has just rotated, and does not know what was revoked since. */
  const sharesRunningCall =
    rules.runningCallsShared &&
    server.rotated === 0 &&
    generationOf(presented) < generationOf(current);
  const acknowledged = rules.graceFromRotation ? server.rotated : server.acknowledged;
  const record: SessionRecord = {
    id: 's',
    userId: user.id,
    username: user.username,
    generation: generationOf(current),
    secretHash: hashOf(current),
    previousSecretHash: previous === null ? null : hashOf(previous),
    sealedSuccessor: sealed ? 'sealed' : null,
    deliveredAt: NOW - server.delivered * TICK,
    acknowledgedAt: acknowledged === null ? null : NOW - acknowledged * TICK,
    tokenVersion: 0,
    createdAt: 0,
    authenticatedAt: 0,
    lastSeenAt: 0,
    idleExpiresAt: FAR,
    absoluteExpiresAt: FAR,
    revokedAt:
      server.revoked && !rules.revocationsForgotten && !sharesRunningCall ? NOW - TICK : null,
    revokedReason: null,
    userAgent: null,
    ipAddress: null,
  };
  const token = { generation: generationOf(presented), secretHash: hashOf(presented) };
  return weakened(decideRotation(record, user, token, NOW, GRACE), server, rules);
}

/** Returns the decision under a weakened rule; unchanged without one. */
function weakened(
  decision: RotationDecision,
  { delivered }: Server,
  rules: Rules,
): RotationDecision {
  if (decision.kind === 'adopt' && rules.recoveryRotates) return { kind: 'recover' };
  if (decision.kind === 'converge' && rules.deliveriesForgotten)
    return { kind: 'converge', recordDelivery: false };
  if (decision.kind === 'reissue' && rules.settleGraces !== null)
    return delivered >= rules.settleGraces * GRACE ? { kind: 'rotate' } : decision;
  return decision;
}

const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 7').toString('base64url'),
]);
const verdicts = new Map<string, boolean>();

/** Whether the product's own MAC of a refresh token is valid for the username beside it. */
export function isAuthentic({ refresh, boundTo, username }: Jar): boolean {
  const key = `${refresh} ${boundTo} ${username}`;
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const content = {
    sessionId: 'A'.repeat(22),
    generation: generationOf(refresh),
    userId: user.id,
    secret: Buffer.alloc(32, refresh + 1),
  };
  const token = encodeRefreshToken(ring, content, `name ${boundTo}`);
  const verdict = parseRefreshToken(ring, token, [`name ${username}`]) !== null;
  verdicts.set(key, verdict);
  return verdict;
}
