import type { KeyRing } from '../keys/key-ring.ts';
import {
  isRefreshTokenLike,
  parseRefreshToken,
  parseUnverified,
  type RefreshToken,
} from './refresh-token.ts';

/** More sessions in one Cookie header than this do not come from a browser. */
const MAX_SESSIONS = 4;

/**
 * What a request carries to refresh with. Several values of one kind are possible: the best
 * authentic one counts.
 */
export interface Credentials {
  readonly refreshTokens: readonly string[];
  readonly usernames: readonly string[];
}

/**
 * The authentic tokens of a request, the newest of each session: a stale duplicate is no reuse. A
 * token of a key that is not here yet is worth one look for the key.
 */
export async function authenticTokens(
  ring: Pick<KeyRing, 'macVerifying' | 'seek'>,
  { refreshTokens, usernames }: Credentials,
): Promise<RefreshToken[]> {
  const parse = (token: string) => parseRefreshToken(ring, token, usernames);
  if (refreshTokens.some((token) => isRefreshTokenLike(token) && !parse(token))) await ring.seek();
  return newestOfEachSession(refreshTokens.flatMap((token) => parse(token) ?? []));
}

/** The same of a request without a username, by which no token can be verified. */
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
