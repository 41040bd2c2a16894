import type { KeyRing } from '../keys/key-ring.ts';
import {
  isRefreshTokenLike,
  parseRefreshToken,
  parseUnverified,
  type RefreshToken,
} from './refresh-token.ts';

/** The most sessions of one request that are looked up: a browser does not send more. */
const MAX_SESSIONS = 4;

/**
 * The refresh tokens and usernames of a request. There may be several, as cookies of a parent
 * domain or of another path are sent too.
 */
export interface Credentials {
  readonly refreshTokens: readonly string[];
  readonly usernames: readonly string[];
}

/**
 * The authentic refresh tokens of a request: of each session the one with the highest generation,
 * so that a stale duplicate is not reuse. If a MAC does not verify, the keys are reloaded once.
 *
 * @returns up to four tokens, the highest generation first
 */
export async function authenticTokens(
  ring: Pick<KeyRing, 'macVerifying' | 'seek'>,
  { refreshTokens, usernames }: Credentials,
): Promise<RefreshToken[]> {
  const parse = (token: string) => parseRefreshToken(ring, token, usernames);
  if (refreshTokens.some((token) => isRefreshTokenLike(token) && !parse(token))) await ring.seek();
  return newestOfEachSession(refreshTokens.flatMap((token) => parse(token) ?? []));
}

/** Parses the refresh tokens of a request without a username, whose MACs cannot be verified. */
export function unverifiedTokens({ refreshTokens, usernames }: Credentials): RefreshToken[] {
  if (usernames.length > 0) return [];
  return newestOfEachSession(refreshTokens.flatMap((token) => parseUnverified(token) ?? []));
}

function newestOfEachSession(tokens: readonly RefreshToken[]): RefreshToken[] {
  const newest = new Map<string, RefreshToken>();
  for (const token of tokens.toSorted((a, b) => b.generation - a.generation))
    if (!newest.has(token.sessionId)) newest.set(token.sessionId, token);
  return [...newest.values()].slice(0, MAX_SESSIONS);
}
