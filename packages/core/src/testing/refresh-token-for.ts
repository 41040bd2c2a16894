import type { KeyRing } from '../keys/key-ring.ts';
import { encodeRefreshToken, newRefreshSecret, type RefreshToken } from '../token/refresh-token.ts';

/**
 * Makes an authentic refresh token of any session, encoded and parsed.
 *
 * @example
 * import { newSessionId } from '@latchkey/core';
 * import { refreshTokenFor } from '@latchkey/core/testing';
 *
 * const of = { sessionId: newSessionId(user.id), generation: 0, userId: user.id };
 * const { token, secretHash } = refreshTokenFor(ring, of, user.username);
 */
export function refreshTokenFor(
  ring: Pick<KeyRing, 'macSigning'>,
  of: Pick<RefreshToken, 'sessionId' | 'generation' | 'userId'>,
  username: string,
): RefreshToken & { readonly token: string } {
  const content = { ...of, ...newRefreshSecret() };
  return { ...content, token: encodeRefreshToken(ring, content, username) };
}
