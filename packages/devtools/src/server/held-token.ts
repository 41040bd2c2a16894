import { type KeyRing, parseRefreshToken } from '@latchkey/core';
import { type CookieNames, readCookies } from '@latchkey/http';

/**
 * A refresh token of a request, with the username to present beside it. It stays in this process.
 */
export interface HeldToken {
  readonly sessionId: string;
  readonly userId: string;
  readonly refreshToken: string;
  readonly username: string;
  readonly generation: number;
}

export interface HeldTokenOptions {
  readonly ring: Pick<KeyRing, 'macVerifying'>;
  readonly names: Pick<CookieNames, 'refreshToken' | 'username'>;
}

/**
 * Finds the refresh token of a session in a Cookie header: the newest, if there are several; null
 * without one.
 */
export function heldToken(
  { ring, names }: HeldTokenOptions,
  cookieHeader: string | undefined,
  sessionId: string,
): HeldToken | null {
  const usernames = readCookies(cookieHeader, names.username);
  const [username] = usernames;
  if (username === undefined) return null;
  const held = readCookies(cookieHeader, names.refreshToken).flatMap((refreshToken) => {
    const token = parseRefreshToken(ring, refreshToken, usernames);
    if (token?.sessionId !== sessionId) return [];
    const { userId, generation } = token;
    return [{ sessionId, userId, refreshToken, username, generation }];
  });
  return held.toSorted((a, b) => b.generation - a.generation)[0] ?? null;
}
