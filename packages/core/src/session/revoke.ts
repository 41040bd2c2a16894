import type { Actor, Client } from '../audit/client.ts';
import { recordChange } from '../audit/record.ts';
import { equalSecrets } from '../lib/crypto.ts';
import type { RevocationNotice } from '../revocation/revocation-feed.ts';
import type { RevocationReason } from '../revocation/revocation-reason.ts';
import { authenticTokens, type Credentials, unverifiedTokens } from '../token/presented-tokens.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import type { SessionContext } from './context.ts';
import { isPredecessor } from './rotation-rule.ts';
import type { SessionRecord } from './session-store.ts';

type Revoker = Pick<
  SessionContext,
  'store' | 'users' | 'clock' | 'onEvent' | 'options' | 'auditLog' | 'revocations'
>;

/**
 * Ends one session. A refresh that races this one either loses or yields cookies that are already
 * worthless.
 *
 * @returns whether this call ended it; false when it was over before, or unknown
 * @throws StoreUnavailableError
 */
export async function revokeSession(
  protocol: Revoker,
  sessionId: string,
  reason: RevocationReason,
  by: Actor,
): Promise<boolean> {
  const { store, clock, revocations } = protocol;
  const now = clock.now();
  const events = await recordChange(protocol, async () => {
    const ended = await store.revoke(sessionId, reason, now);
    /** Also when it was over before: whoever ended it may have died before anybody was told. */
    if (ended || !revocations.hasSession(sessionId))
      await revocations.publish([
        { kind: 'session', userId: ended?.userId ?? '', sessionId, reason, at: now },
      ]);
    return ended ? [revoked(ended.id, ended.userId, reason, by, now)] : [];
  });
  return events.length > 0;
}

/** What {@link revokeUserSessions} may be told. */
export interface RevokeUserSessionsOptions {
  /** The session that goes on: the one in which its user asked for this. */
  readonly except?: string | undefined;
  /**
   * The token version that the caller has just written in the same transaction; without it, it is
   * raised here.
   */
  readonly tokenVersion?: number | undefined;
}

/**
 * Ends everything that was issued to a user so far: raises the token version, ends the sessions,
 * and carries the one that goes on over to the new version. Its browser gets an access token of
 * that version at its next request. All of it together, or nothing.
 *
 * @returns the ids of the sessions that this call ended
 * @throws StoreUnavailableError
 */
export async function revokeUserSessions(
  protocol: Revoker,
  userId: string,
  reason: RevocationReason,
  by: Actor,
  { except, tokenVersion }: RevokeUserSessionsOptions,
): Promise<string[]> {
  const now = protocol.clock.now();
  const events = await recordChange(protocol, async () => {
    const ended = await revokeAll(protocol, userId, reason, now, { except, tokenVersion });
    return ended.map((sessionId) => revoked(sessionId, userId, reason, by, now));
  });
  return events.map(({ sessionId }) => sessionId);
}

/** The work of it, within a transaction. @returns the ids of the sessions that were ended */
async function revokeAll(
  { store, users, revocations }: Revoker,
  userId: string,
  reason: RevocationReason,
  now: number,
  { except, tokenVersion }: RevokeUserSessionsOptions,
): Promise<string[]> {
  const version = tokenVersion ?? (await users.raiseTokenVersion?.(userId)) ?? null;
  const ended = await store.revokeAllOfUser(userId, reason, now, except);
  if (except !== undefined && version !== null) await store.setTokenVersion(except, version);
  const notices: RevocationNotice[] = ended.map((sessionId) => ({
    kind: 'session',
    userId,
    sessionId,
    reason,
    at: now,
  }));
  if (version !== null)
    notices.push({ kind: 'user', userId, tokenVersion: version, reason, at: now });
  await revocations.publish(notices);
  return ended;
}

/**
 * Ends the sessions to which the refresh tokens of a request belong: what a browser still holds at
 * sign-out, or brings along to a new sign-in (ASVS 7.2.4). A token counts if it is the current or
 * the previous one, or ahead of a store that lost writes (all of the session, perhaps). An older one
 * proves nothing and ends nothing. Without its username a token counts only by its secret.
 */
export async function revokePresentedSessions(
  context: Revoker & Pick<SessionContext, 'ring'>,
  credentials: Credentials,
  reason: RevocationReason,
  client: Client,
): Promise<void> {
  const { store, ring } = context;
  const revoke = (sessionId: string, userId: string | null) =>
    revokeSession(context, sessionId, reason, { ...client, userId });
  for (const token of await authenticTokens(ring, credentials)) {
    const session = await store.find(token.sessionId);
    if (!session || token.generation >= session.generation || isPredecessor(session, token))
      await revoke(token.sessionId, session?.userId ?? null);
  }
  for (const token of unverifiedTokens(credentials)) {
    const session = await store.find(token.sessionId);
    if (session && holdsSecret(session, token)) await revoke(session.id, session.userId);
  }
}

function holdsSecret(session: SessionRecord, { secretHash }: RefreshToken): boolean {
  const { secretHash: current, previousSecretHash: previous } = session;
  return (
    equalSecrets(secretHash, current) || (previous !== null && equalSecrets(secretHash, previous))
  );
}

/**
 * Ends what `onReuse` says, and logs it once: of several callers that detect the same reuse, the
 * one that ended the session reports it. Sessions, token version and event change together, so that
 * none of them is forgotten when the store fails in between.
 */
export async function revokeForReuse(
  protocol: Revoker,
  session: SessionRecord,
  presentedGeneration: number,
  { userAgent, ipAddress }: Client,
): Promise<void> {
  const { store, clock, options, revocations } = protocol;
  const { id: sessionId, userId, generation } = session;
  const now = clock.now();
  await recordChange(protocol, async () => {
    if (!(await store.revoke(sessionId, 'reuse', now))) return [];
    await revocations.publish([{ kind: 'session', userId, sessionId, reason: 'reuse', at: now }]);
    const others =
      options.onReuse === 'user' ? await revokeAll(protocol, userId, 'reuse', now, {}) : [];
    const presentation = {
      presentedGeneration,
      generation,
      endedSessionIds: [sessionId, ...others],
    };
    return [
      {
        kind: 'session.reuse',
        at: now,
        actorId: null,
        userId,
        sessionId,
        ...presentation,
        userAgent,
        ipAddress,
      },
    ];
  });
}

function revoked(
  sessionId: string,
  userId: string,
  reason: RevocationReason,
  by: Actor,
  at: number,
) {
  const { userId: actorId, userAgent, ipAddress, statedReason } = by;
  const stated = statedReason !== undefined && { statedReason };
  return {
    kind: 'session.revoked' as const,
    at,
    actorId,
    userId,
    sessionId,
    reason,
    userAgent,
    ipAddress,
    ...stated,
  };
}
