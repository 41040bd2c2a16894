import type { Protocol } from './protocol.ts';
import type { RefreshToken } from './refresh-token.ts';
import type { Actor, SecurityEvent } from './security-event.ts';
import type { Client, RevocationReason, SessionRecord } from './session-store.ts';

type Revoker = Pick<Protocol, 'store' | 'users' | 'clock' | 'onEvent' | 'options' | 'auditLog'>;

/**
 * Ends one session. A refresh that races this one either loses or yields cookies that are already worthless.
 *
 * @returns whether this call ended it; false when it was over before, or unknown
 * @throws StoreUnavailableError
 */
export async function revokeSession(protocol: Revoker, sessionId: string, reason: RevocationReason, by: Actor): Promise<boolean> {
  const now = protocol.clock.now();
  const events = await recorded(protocol, async () => {
    const ended = await protocol.store.revoke(sessionId, reason, now);
    return ended ? [revoked(ended.id, ended.userId, reason, by, now)] : [];
  });
  return events.length > 0;
}

/** Ends every session of a user, except one if named, and returns their ids. */
export async function revokeSessionsOfUser(
  protocol: Revoker,
  userId: string,
  reason: RevocationReason,
  by: Actor,
  exceptSessionId?: string,
): Promise<string[]> {
  const now = protocol.clock.now();
  const events = await recorded(protocol, async () => {
    const ended = await protocol.store.revokeAllOfUser(userId, reason, now, exceptSessionId);
    return ended.map((sessionId) => revoked(sessionId, userId, reason, by, now));
  });
  return events.map(({ sessionId }) => sessionId);
}

/**
 * Ends the sessions to which these refresh tokens belong, if the tokens are the current or the previous ones, or ahead of a store that lost
 * writes (all of the session, perhaps): what a browser still holds at sign-out, or brings along to a new sign-in (ASVS 7.2.4). An older token proves
 * nothing and ends nothing.
 */
export async function revokeSessionsHeld(protocol: Revoker, held: readonly RefreshToken[], reason: RevocationReason, client: Client): Promise<void> {
  for (const { sessionId, generation, secretHash } of held) {
    const session = await protocol.store.find(sessionId);
    if (!session || generation >= session.generation || secretHash === session.previousSecretHash)
      await revokeSession(protocol, sessionId, reason, { ...client, userId: session?.userId ?? null });
  }
}

/**
 * Ends what `onReuse` says, and logs it once: of several callers that detect the same reuse, the one that ended the session reports it. Sessions, token
 * version and event change together, so that none of them is forgotten when the store fails in between.
 */
export async function endForReuse(protocol: Revoker, session: SessionRecord, presentedGeneration: number, { userAgent, ipAddress }: Client): Promise<void> {
  const { store, users, clock, options } = protocol;
  const { id: sessionId, userId, generation } = session;
  const now = clock.now();
  await recorded(protocol, async () => {
    if (!(await store.revoke(sessionId, 'reuse', now))) return [];
    const endedSessionIds = [sessionId];
    if (options.onReuse === 'user') {
      await users.raiseTokenVersion?.(userId);
      endedSessionIds.push(...(await store.revokeAllOfUser(userId, 'reuse', now)));
    }
    const presentation = { presentedGeneration, generation, endedSessionIds };
    return [{ kind: 'session.reuse', at: now, actorId: null, userId, sessionId, ...presentation, userAgent, ipAddress }];
  });
}

/** Makes a change and keeps its events, both or neither; tells once they are there to stay. */
export async function recorded<Event extends SecurityEvent>(
  { auditLog, onEvent }: Pick<Protocol, 'auditLog' | 'onEvent'>,
  change: () => Promise<readonly Event[]>,
): Promise<readonly Event[]> {
  return auditLog.transaction(async () => {
    const events = await change();
    if (events.length > 0) await auditLog.append(events);
    auditLog.afterCommit(() => events.forEach(onEvent));
    return events;
  });
}

function revoked(sessionId: string, userId: string, reason: RevocationReason, { userId: actorId, userAgent, ipAddress }: Actor, at: number) {
  return { kind: 'session.revoked' as const, at, actorId, userId, sessionId, reason, userAgent, ipAddress };
}
