import type { Client } from '../audit/client.ts';
import { recordChange } from '../audit/record.ts';
import { StoreUnavailableError } from '../errors.ts';
import { MAX_USER_ID_BYTES, newRefreshSecret, newSessionId } from '../token/refresh-token.ts';
import type { SessionContext } from './context.ts';
import { type Grant, grant } from './grant.ts';
import { revokeSession } from './revoke.ts';
import type { User } from './user.ts';

type Issuer = Pick<
  SessionContext,
  'ring' | 'options' | 'store' | 'users' | 'clock' | 'auditLog' | 'onEvent' | 'revocations'
>;

/**
 * Starts a new session, and ends the user's oldest one where there are more than
 * `maxSessionsPerUser`. Always with a new id (ASVS 7.2.4: no fixation). The caller has checked who
 * the user is.
 *
 * @throws StoreUnavailableError
 * @throws RangeError for a user whose id, name or role no access token can carry
 */
export async function issueSession(
  protocol: Issuer,
  user: User,
  { userAgent, ipAddress }: Client,
): Promise<Grant> {
  const { options, store, clock } = protocol;
  if (user.disabled) throw new Error('a disabled user cannot be given a session');
  refuseUnfit(user);
  const now = clock.now();
  const { secret, secretHash } = newRefreshSecret();
  const session = {
    id: newSessionId(user.id),
    userId: user.id,
    username: user.username,
    generation: 0,
    secretHash,
    previousSecretHash: null,
    sealedSuccessor: null,
    deliveredAt: now,
    acknowledgedAt: null,
    tokenVersion: user.tokenVersion,
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    idleExpiresAt: Math.round(now + options.idleSeconds * 1000),
    absoluteExpiresAt: Math.round(now + options.maxSeconds * 1000),
    revokedAt: null,
    revokedReason: null,
    userAgent,
    ipAddress,
  };
  await recordChange(protocol, async () => {
    await store.create(session);
    return [
      {
        kind: 'session.issued',
        at: now,
        actorId: user.id,
        userId: user.id,
        sessionId: session.id,
        userAgent,
        ipAddress,
      },
    ];
  });
  await endSurplus(protocol, user.id, { userAgent, ipAddress });
  return grant(protocol, session, user, secret, now);
}

/**
 * How many sessions one sign-in ends at most: more than one only where sign-ins race, or after the
 * limit was lowered.
 */
const MOST_ENDED = 100;

/**
 * Ends the oldest sessions of a user who has more than `maxSessionsPerUser`. It reads the list
 * after the new session is committed: of sign-ins that race, the last one to read sees them all,
 * and what any of them ends is outside the newest `maxSessionsPerUser` for all of them. The sign-in
 * is done whatever comes of this; the next one tries again.
 */
async function endSurplus(protocol: Issuer, userId: string, client: Client): Promise<void> {
  const { options, store, clock } = protocol;
  const limit = options.maxSessionsPerUser;
  try {
    const { sessions } = await store.findByUser(userId, clock.now(), { limit: limit + MOST_ENDED });
    for (const { id } of sessions.slice(limit))
      await revokeSession(protocol, id, 'session_limit', { ...client, userId });
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

const MAX_TEXT = 256;

/**
 * Checked here: a session whose tokens cannot say whose they are would be refused at every request,
 * without a word.
 */
function refuseUnfit({ id, username, role }: User): void {
  refuseLength('id', Buffer.byteLength(id), MAX_USER_ID_BYTES, 'bytes');
  refuseLength('username', username.length, MAX_TEXT, 'characters');
  refuseLength('role', role.length, MAX_TEXT, 'characters');
}

function refuseLength(field: string, length: number, max: number, unit: string): void {
  if (length < 1 || length > max)
    throw new RangeError(`a user's ${field} must have 1 to ${max} ${unit}, not ${length}`);
}
