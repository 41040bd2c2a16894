import type { KeyRing } from '../keys/key-ring.ts';
import type { SessionOptions } from '../options.ts';
import {
  type AccessTokenVerdict,
  namesKnownKey,
  type SignedToken,
  verdictOf,
  verifySignedToken,
} from './access-token.ts';
import type { ClaimsSchema } from './claims.ts';

interface Entry extends SignedToken {
  presented: boolean;
}

/**
 * Verifies access tokens and caches the result, so that the signature of a token is checked once.
 * Tokens whose key was removed from the ring are dropped.
 */
export interface AccessTokenCache {
  /** Whether verifying this token costs a signature check: it names a key and is not cached. */
  needsSignatureCheck(token: string): boolean;
  /** Verifies an access token without taking it as proof that the browser holds it. */
  verify(token: string, now: number): AccessTokenVerdict;
  /** Verifies a token that the browser presented. `first`: this node sees it for the first time. */
  verifyPresented(
    token: string,
    now: number,
  ): { readonly verdict: AccessTokenVerdict; readonly first: boolean };
}

/**
 * @param schema the layer's option `claims`
 * @param capacity how many tokens are cached; the oldest are dropped first
 */
export function accessTokenCache(
  ring: Pick<KeyRing, 'verifying'>,
  options: SessionOptions,
  schema: ClaimsSchema | undefined,
  capacity = 10_000,
): AccessTokenCache {
  const entries = new Map<string, Entry>();

  /** Whether the key that signed a cached token is still in the ring. */
  function isCurrent(known: Entry): boolean {
    return ring.verifying.get(known.key.kid) === known.key;
  }

  function lookUp(token: string): Entry | null {
    const known = entries.get(token);
    if (known && isCurrent(known)) return known;
    entries.delete(token);
    const verified = verifySignedToken(ring, options, token, schema);
    if (!verified) return null;
    const entry = { ...verified, presented: known?.presented ?? false };
    entries.set(token, entry);
    if (entries.size > capacity) {
      const [oldest = token] = entries.keys();
      entries.delete(oldest);
    }
    return entry;
  }

  return {
    needsSignatureCheck(token) {
      const known = entries.get(token);
      return !(known && isCurrent(known)) && namesKnownKey(ring, token);
    },
    verify: (token, now) => verdictOf(lookUp(token), options, now),
    verifyPresented(token, now) {
      const entry = lookUp(token);
      const verdict = verdictOf(entry, options, now);
      const first = entry !== null && verdict.kind === 'valid' && !entry.presented;
      if (first) entry.presented = true;
      return { verdict, first };
    },
  };
}
