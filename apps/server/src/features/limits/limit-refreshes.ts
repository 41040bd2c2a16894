import { type KeyRing, parseRefreshToken, type SessionLayer } from '@latchkey/core';
import type { Limits } from './limits.ts';

/**
 * The same layer, with as many refreshes of one session as the limits allow. Only tokens of our own
 * making are counted: nobody can use up another's.
 */
export function limitRefreshes(
  layer: SessionLayer,
  ring: Pick<KeyRing, 'macVerifying'>,
  limits: Limits,
): SessionLayer {
  return {
    ...layer,
    async refresh(credentials, client) {
      const sessionIds = new Set(
        credentials.refreshTokens.map(
          (token) => parseRefreshToken(ring, token, credentials.usernames)?.sessionId,
        ),
      );
      for (const sessionId of sessionIds)
        if (sessionId !== undefined) await limits.refresh(sessionId);
      return layer.refresh(credentials, client);
    },
  };
}
