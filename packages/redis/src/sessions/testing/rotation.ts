import type { RotationMatch, RotationNext, SessionRecord } from '@latchkey/core';

/** Makes a rotation of a session, one second after it was last seen. */
export function rotationOf({
  id,
  generation,
  secretHash,
  lastSeenAt,
}: SessionRecord): [RotationMatch, RotationNext] {
  const now = lastSeenAt + 1_000;
  const successor = {
    generation: generation + 1,
    secretHash: `secret ${generation + 1}`,
    previousSecretHash: secretHash,
    sealedSuccessor: 'sealed',
    deliveredAt: now,
    idleExpiresAt: now + 90_000,
    userAgent: 'rotated',
    ipAddress: null,
  };
  return [{ sessionId: id, generation, secretHash, now, deliveredBy: now }, successor];
}
