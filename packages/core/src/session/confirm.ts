import type { RefreshRefusal } from '../errors.ts';
import type { SessionContext } from './context.ts';
import type { Principal } from './principal.ts';
import { refuseSession, refuseUser } from './rotation-rule.ts';
import type { SessionRecord } from './session-store.ts';
import type { User } from './user.ts';

/** Whether what an access token says still holds, by the store and by the users. */
export type Confirmation =
  | {
      readonly kind: 'confirmed';
      readonly user: User;
      /** How long ago the person last proved who they are in this session. */
      readonly authenticatedSecondsAgo: number;
    }
  | { readonly kind: 'refused'; readonly reason: RefreshRefusal };

/**
 * Asks whether a session still lives and its user still may use it. An access token holds until it
 * expires; what is dangerous must not.
 *
 * @throws StoreUnavailableError
 */
export async function confirmSession(
  { store, users, clock }: Pick<SessionContext, 'store' | 'users' | 'clock'>,
  principal: Principal,
): Promise<Confirmation> {
  const { sessionId, username } = principal;
  const [session, user] = await Promise.all([store.find(sessionId), users.resolveUser(username)]);
  const now = clock.now();
  const reason = refuseSession(session, now) ?? (session && refuseUser(session, user, [username]));
  if (reason || !session || !user) return { kind: 'refused', reason: reason ?? 'user_gone' };
  return {
    kind: 'confirmed',
    user,
    authenticatedSecondsAgo: (now - session.authenticatedAt) / 1000,
  };
}

/**
 * Looks up one live session of a user by its id.
 *
 * @returns `null` where it is unknown, revoked, expired, or another user's
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
