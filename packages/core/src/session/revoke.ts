import { type Actor, type Client, eventBase, reasonsOf } from '../audit/client.ts';
import { recordChange } from '../audit/record.ts';
import { equalSecrets } from '../lib/mac.ts';
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
 * Revokes one session. A refresh that races the revocation either fails or returns tokens of a
 * revoked session.
 *
 * @returns false if the session is unknown or had ended before
 * @throws StoreUnavailableError
 */
export async function revokeSession(
  context: Revoker,
  sessionId: string,
  reason: RevocationReason,
  by: Actor,
): Promise<boolean> {
  const { store, clock, revocations } = context;
  const now = clock.now();
  const events = await recordChange(context, async () => {
    const record = await store.revoke(sessionId, reason, now);
    /**
     * Also publishes for a session that had ended before: the node that ended it may have crashed
     * before it published.
     */
    if (record || !revocations.hasSession(sessionId))
      await revocations.publish([
        { kind: 'session', userId: record?.userId ?? '', sessionId, reason, at: now },
      ]);
    return record ? [revoked(record.id, record.userId, reason, by, now)] : [];
  });
  return events.length > 0;
}

/** Options of `layer.revokeUserSessions`. */
export interface RevokeUserSessionsOptions {
  /** The id of a session to keep: the one in which the user asked for this. */
  readonly except?: string | undefined;
  /**
   * The raised token version, if the caller has written it in the same transaction; otherwise
   * `users.raiseTokenVersion` is called.
   */
  readonly tokenVersion?: number | undefined;
}

/**
 * Revokes all sessions of a user, except one if named, and raises the user's token version, which
 * invalidates all access tokens. The kept session is moved to the new version, and its browser gets
 * a new access token at its next request. All changes are atomic where the audit log is.
 *
 * @returns the ids of the sessions that this call revoked
 * @throws StoreUnavailableError
 */
export async function revokeUserSessions(
  context: Revoker,
  userId: string,
  reason: RevocationReason,
  by: Actor,
  { except, tokenVersion }: RevokeUserSessionsOptions,
): Promise<string[]> {
  const now = context.clock.now();
  const events = await recordChange(context, async () => {
    const ended = await revokeAll(context, userId, reason, now, { except, tokenVersion });
    return ended.map((sessionId) => revoked(sessionId, userId, reason, by, now));
  });
  return events.map(({ sessionId }) => sessionId);
}

/**
 * Does the work of {@link revokeUserSessions} within a transaction.
 *
 * @returns the ids of the revoked sessions
 */
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
 * Revokes the sessions of a request's refresh tokens: at sign-out, and of the old sessions that a
 * browser presents at a new sign-in (ASVS 7.2.4). A token counts if it is its session's current or
 * previous one, or newer than the store's record, which may have lost writes. Older tokens are
 * ignored. Without a username the MAC cannot be verified, so the secret must match the record.
 *
 * @throws StoreUnavailableError
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
    if (session && hasSecret(session, token)) await revoke(session.id, session.userId);
  }
}

function hasSecret(session: SessionRecord, { secretHash }: RefreshToken): boolean {
  const { secretHash: current, previousSecretHash: previous } = session;
  return (
    equalSecrets(secretHash, current) || (previous !== null && equalSecrets(secretHash, previous))
  );
}

/**
 * Revokes what `onReuse` says, and reports the reuse once: of several callers that detect it, only
 * the one that revokes the session. Sessions, token version and event are written in one
 * transaction.
 *
 * @throws StoreUnavailableError
 */
export async function revokeForReuse(
  context: Revoker,
  session: SessionRecord,
  presentedGeneration: number,
  client: Client,
): Promise<void> {
  const { store, clock, options, revocations } = context;
  const { id: sessionId, userId, generation } = session;
  const now = clock.now();
  await recordChange(context, async () => {
    if (!(await store.revoke(sessionId, 'reuse', now))) return [];
    await revocations.publish([{ kind: 'session', userId, sessionId, reason: 'reuse', at: now }]);
    const others =
      options.onReuse === 'user' ? await revokeAll(context, userId, 'reuse', now, {}) : [];
    const presented = { presentedGeneration, generation };
    const endedSessionIds = [sessionId, ...others];
    const base = eventBase(now, sessionId, userId, { ...client, userId: null });
    return [{ kind: 'session.reuse', ...base, ...presented, endedSessionIds }];
  });
}

function revoked(
  sessionId: string,
  userId: string,
  reason: RevocationReason,
  by: Actor,
  at: number,
) {
  const base = eventBase(at, sessionId, userId, by);
  return { kind: 'session.revoked' as const, ...base, reason, ...reasonsOf(by) };
}
