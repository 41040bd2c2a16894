import { type Client, eventBase } from '../audit/client.ts';
import { recordChange } from '../audit/record.ts';
import type { RefreshRefusal } from '../errors.ts';
import type { Principal } from '../token/principal.ts';
import type { SessionContext } from './context.ts';
import { refuseSession, refuseUser } from './rotation-rule.ts';
import type { SessionRecord } from './session-store.ts';
import type { User } from './user.ts';

/** Whether the store and the user table still accept what an access token says. */
export type Confirmation =
  | {
      readonly kind: 'confirmed';
      readonly user: User;
      /** Seconds since the user last authenticated in this session. */
      readonly authenticatedSecondsAgo: number;
    }
  | { readonly kind: 'refused'; readonly reason: RefreshRefusal };

/**
 * Asks the store whether a session is live and its user may still use it, for procedures that must
 * not rely on an access token alone.
 *
 * @throws StoreUnavailableError
 */
export async function confirmSession(
  { store, users, clock }: Pick<SessionContext, 'store' | 'users' | 'clock'>,
  principal: Principal,
): Promise<Confirmation> {
  const { sessionId, userId } = principal;
  const [session, user] = await Promise.all([store.find(sessionId), users.findUser(userId)]);
  const now = clock.now();
  const reason = refuseSession(session, now) ?? (session && refuseUser(session, user));
  if (reason || !session || !user) return { kind: 'refused', reason: reason ?? 'user_gone' };
  return {
    kind: 'confirmed',
    user,
    authenticatedSecondsAgo: (now - session.authenticatedAt) / 1000,
  };
}

/**
 * Finds one live session of a user by its id.
 *
 * @returns `null` if it is unknown, revoked, expired, or belongs to another user
 * @throws StoreUnavailableError
 */
export async function findLiveSession(
  { store, clock }: Pick<SessionContext, 'store' | 'clock'>,
  userId: string,
  sessionId: string,
): Promise<SessionRecord | null> {
  const session = await store.find(sessionId);
  return session?.userId === userId && !refuseSession(session, clock.now()) ? session : null;
}

/**
 * Records that the user of a session has just authenticated again (ASVS 7.5.3), which the caller
 * has verified. The tokens do not change.
 *
 * @returns false if the session is unknown or has ended
 * @throws StoreUnavailableError
 */
export async function reauthenticateSession(
  context: Pick<SessionContext, 'store' | 'clock' | 'auditLog' | 'onEvent'>,
  { sessionId, userId }: Pick<Principal, 'sessionId' | 'userId'>,
  client: Client,
): Promise<boolean> {
  const at = context.clock.now();
  const events = await recordChange(context, async () => {
    if (!(await context.store.recordAuthentication(sessionId, at))) return [];
    const base = eventBase(at, sessionId, userId, { ...client, userId });
    return [{ kind: 'session.reauthenticated' as const, ...base }];
  });
  return events.length > 0;
}
