const PREFIX = 'lk2.';

/**
 * Reads a refresh token without its keys, by the layout in docs/protocol.md, so that a test can look
 * for the secret where it must not be.
 *
 * @throws Error for a token of another layout: a test would then look for the wrong bytes
 */
export function refreshTokenFields(token: string) {
  if (!token.startsWith(PREFIX)) throw new Error(`${token.slice(0, 4)} is not ${PREFIX}`);
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
  return { generation: bytes.readUInt32BE(18), secret: bytes.subarray(22, 54) };
}

/** A well-formed refresh token of a session with a secret, whose MAC is wrong. */
export function unauthenticRefreshToken(
  sessionId: string,
  secret: Uint8Array = new Uint8Array(),
): string {
  const content = Buffer.alloc(72);
  content.write(sessionId, 2, 'base64url');
  content.set(secret.subarray(0, 32), 22);
  content[54] = 1;
  content.write('u', 55);
  return PREFIX + content.toString('base64url');
}
