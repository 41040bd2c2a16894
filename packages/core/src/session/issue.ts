import { type Client, eventBase } from '../audit/client.ts';
import { recordChange } from '../audit/record.ts';
import { StoreUnavailableError } from '../errors.ts';
import { checkedUser } from '../token/checked-user.ts';
import { newRefreshSecret, newSessionId } from '../token/refresh-token.ts';
import type { SessionContext } from './context.ts';
import { type Grant, grant } from './grant.ts';
import { revokeSession } from './revoke.ts';
import type { User } from './user.ts';

type Issuer = Omit<SessionContext, 'acknowledgements'>;

/**
 * Starts a session with a new id (ASVS 7.2.4: no fixation), and revokes the user's oldest session
 * if there are more than `maxSessionsPerUser`. The caller has authenticated the user.
 *
 * @throws StoreUnavailableError
 * @throws RangeError if the user's id, username, role or claims do not fit into a token
 */
export async function issueSession(
  context: Issuer,
  given: User,
  { userAgent, ipAddress }: Client,
): Promise<Grant> {
  const { options, store, clock } = context;
  if (given.disabled) throw new Error(`user ${given.id} is disabled and cannot be given a session`);
  const user = checkedUser(context.claims, given);
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
  await recordChange(context, async () => {
    await store.create(session);
    const by = { userId: user.id, userAgent, ipAddress };
    return [{ kind: 'session.issued', ...eventBase(now, session.id, user.id, by) }];
  });
  await revokeSurplus(context, user.id, { userAgent, ipAddress });
  return grant(context, session, user, secret, now);
}

/**
 * The most sessions that one sign-in revokes. More than one is needed only if sign-ins race, or
 * after `maxSessionsPerUser` was lowered.
 */
const MAX_REVOKED = 100;

/**
 * Revokes the oldest sessions of a user with more than `maxSessionsPerUser`. It lists them after
 * the new session is committed: of racing sign-ins the last one to list sees all sessions, and none
 * revokes a session that is among the newest for another. An outage of the store does not undo the
 * sign-in; the next sign-in tries again.
 */
async function revokeSurplus(context: Issuer, userId: string, client: Client): Promise<void> {
  const { options, store, clock } = context;
  const limit = options.maxSessionsPerUser;
  try {
    const { sessions } = await store.findByUser(userId, clock.now(), {
      limit: limit + MAX_REVOKED,
    });
    for (const { id } of sessions.slice(limit))
      await revokeSession(context, id, 'session_limit', { ...client, userId });
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}
