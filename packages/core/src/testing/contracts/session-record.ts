import { randomBytes } from 'node:crypto';
import type { SessionRecord } from '../../session/session-store.ts';
import { newSessionId } from '../../token/refresh-token.ts';

/** When test sessions were created. */
export const T0 = Date.UTC(2027, 0, 1);
export const text = (bytes: number) => randomBytes(bytes).toString('base64url');

/**
 * Makes the record of a new session, as `SessionStore.create` takes it, with some fields replaced.
 *
 * @example
 * import { sessionRecord } from '@latchkey/core/testing/contracts';
 *
 * await store.create(sessionRecord({ userId: '7' }));
 */
export function sessionRecord(fields: Partial<SessionRecord> = {}): SessionRecord {
  const userId = fields.userId ?? text(8);
  return {
    id: newSessionId(userId),
    userId,
    username: 'alice',
    generation: 0,
    secretHash: text(32),
    previousSecretHash: null,
    sealedSuccessor: null,
    deliveredAt: T0,
    acknowledgedAt: null,
    tokenVersion: 0,
    createdAt: T0,
    authenticatedAt: T0,
    lastSeenAt: T0,
    idleExpiresAt: T0 + 100_000,
    absoluteExpiresAt: T0 + 200_000,
    revokedAt: null,
    revokedReason: null,
    userAgent: 'contract',
    ipAddress: '127.0.0.1',
    ...fields,
  };
}
