import type { KeyRing } from '../keys/key-ring.ts';
import { encodeRefreshToken, newRefreshSecret, type RefreshToken } from '../token/refresh-token.ts';

/** A new authentic refresh token of any session, as text and taken apart. */
export function refreshTokenFor(
  ring: Pick<KeyRing, 'macSigning'>,
  of: Pick<RefreshToken, 'sessionId' | 'generation' | 'userId'>,
  username: string,
): RefreshToken & { readonly token: string } {
  const content = { ...of, ...newRefreshSecret() };
  return { ...content, token: encodeRefreshToken(ring, content, username) };
}
