import type { KeyRing } from '../keys/key-ring.ts';
import { encodeRefreshToken, newRefreshSecret, type RefreshToken } from '../token/refresh-token.ts';

/** An authentic refresh token of any session, encoded and parsed. */
export function refreshTokenFor(
  ring: Pick<KeyRing, 'macSigning'>,
  of: Pick<RefreshToken, 'sessionId' | 'generation' | 'userId'>,
  username: string,
): RefreshToken & { readonly token: string } {
  const content = { ...of, ...newRefreshSecret() };
  return { ...content, token: encodeRefreshToken(ring, content, username) };
}
