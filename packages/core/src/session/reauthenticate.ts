import type { SessionContext } from './context.ts';
import type { Principal } from './principal.ts';
import { recorded } from './revoke.ts';
import type { Client } from './session-store.ts';

/**
 * Notes that the person of a session has just proved again who they are (ASVS 7.5.3). The caller
 * has checked it. Session and cookies stay as they are.
 *
 * @returns false when the session is over, or unknown
 * @throws StoreUnavailableError
 */
export async function reauthenticateSession(
  protocol: Pick<SessionContext, 'store' | 'clock' | 'auditLog' | 'onEvent'>,
  { sessionId, userId }: Pick<Principal, 'sessionId' | 'userId'>,
  { userAgent, ipAddress }: Client,
): Promise<boolean> {
  const at = protocol.clock.now();
  const events = await recorded(protocol, async () => {
    if (!(await protocol.store.recordAuthentication(sessionId, at))) return [];
    return [
      {
        kind: 'session.reauthenticated' as const,
        at,
        actorId: userId,
        userId,
        sessionId,
        userAgent,
        ipAddress,
      },
    ];
  });
  return events.length > 0;
}
