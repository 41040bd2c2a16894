import type { Protocol } from './protocol.ts';
import type { RefreshToken } from './refresh-token.ts';
import type { Client, RevocationReason, SessionRecord } from './session-store.ts';

type Revoker = Pick<Protocol, 'store' | 'users' | 'clock' | 'onEvent' | 'options'>;

/**
 * Ends one session. A refresh that races this one either loses or yields cookies that are already worthless.
 *
 * @returns whether this call ended it; false when it was over before, or unknown
 * @throws StoreUnavailableError
 */
export async function revokeSession(protocol: Revoker, sessionId: string, reason: RevocationReason): Promise<boolean> {
  const ended = await protocol.store.revoke(sessionId, reason, protocol.clock.now());
  if (ended) protocol.onEvent({ kind: 'session.revoked', sessionId, userId: null, reason });
  return ended;
}

/** Ends every session of a user, except one if named, and returns their ids. */
export async function revokeSessionsOfUser(protocol: Revoker, userId: string, reason: RevocationReason, exceptSessionId?: string): Promise<string[]> {
  const ended = await protocol.store.revokeAllOfUser(userId, reason, protocol.clock.now(), exceptSessionId);
  for (const sessionId of ended) protocol.onEvent({ kind: 'session.revoked', sessionId, userId, reason });
  return ended;
}

/**
 * Ends the sessions to which these refresh tokens belong, if the tokens are the current or the previous ones, or ahead of a store that lost
 * writes: what a browser still holds at sign-out, or brings along to a new sign-in (ASVS 7.2.4). An older token proves nothing and ends nothing.
 */
export async function revokeSessionsHeld(protocol: Revoker, held: readonly RefreshToken[], reason: RevocationReason): Promise<void> {
  for (const { sessionId, generation, secretHash } of held) {
    const session = await protocol.store.find(sessionId);
    if (session && (generation >= session.generation || secretHash === session.previousSecretHash)) await revokeSession(protocol, sessionId, reason);
  }
}

/** Ends what `onReuse` says, and logs it once: of several callers that detect the same reuse, the one that ended the session reports it. */
export async function endForReuse(protocol: Revoker, session: SessionRecord, presentedGeneration: number, client: Client): Promise<void> {
  const { store, users, clock, options, onEvent } = protocol;
  const { id: sessionId, userId, generation } = session;
  const ended =
    options.onReuse === 'user'
      ? await store.revokeAllOfUser(userId, 'reuse', clock.now())
      : (await store.revoke(sessionId, 'reuse', clock.now()))
        ? [sessionId]
        : [];
  if (!ended.includes(sessionId)) return;
  onEvent({ kind: 'session.reuse', sessionId, userId, presentedGeneration, generation, endedSessionIds: ended, ...client });
  if (options.onReuse === 'user') await users.raiseTokenVersion?.(userId);
}
