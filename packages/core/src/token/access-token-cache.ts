import type { KeyRing } from '../keys/key-ring.ts';
import type { AccessTokenKey } from '../keys/keys.ts';
import type { SessionOptions } from '../options.ts';
import {
  type AccessTokenClaims,
  type AccessTokenVerdict,
  isExpired,
  namesKnownKey,
  verifySignedToken,
} from './access-token.ts';

interface Entry {
  readonly claims: AccessTokenClaims;
  readonly key: AccessTokenKey;
  presented: boolean;
}

/**
 * Verifies access tokens and remembers the last ones, so that the same token is not put through
 * cryptography on every request. One whose key has gone from the ring is forgotten.
 */
export interface AccessTokenCache {
  /**
   * Whether a signature must be checked to verify this token: it has the form of ours, names a key
   * of the ring, and is not remembered.
   */
  needsSignatureCheck(token: string): boolean;
  /**
   * Verifies a token that the server itself put into the request: no proof that the browser holds
   * it.
   */
  verify(token: string, now: number): AccessTokenVerdict;
  /**
   * Verifies a token that came with the request. `first` is true the first time this node sees it
   * presented.
   */
  verifyPresented(
    token: string,
    now: number,
  ): { readonly verdict: AccessTokenVerdict; readonly first: boolean };
}

/**
 * @param capacity how many verified tokens are remembered; the oldest are forgotten first, which
 *   costs a signature check and nothing else
 */
export function accessTokenCache(
  ring: Pick<KeyRing, 'verifying'>,
  options: SessionOptions,
  capacity = 10_000,
): AccessTokenCache {
  const entries = new Map<string, Entry>();

  /** Not where the key has been replaced or removed. */
  function isCurrent(known: Entry): boolean {
    return ring.verifying.get(known.key.kid) === known.key;
  }

  function lookUp(token: string): Entry | null {
    const known = entries.get(token);
    if (known && isCurrent(known)) return known;
    entries.delete(token);
    const verified = verifySignedToken(ring, options, token);
    if (!verified) return null;
    const entry = { ...verified, presented: known?.presented ?? false };
    entries.set(token, entry);
    if (entries.size > capacity) {
      const [oldest = token] = entries.keys();
      entries.delete(oldest);
    }
    return entry;
  }

  function judge(entry: Entry | null, now: number): AccessTokenVerdict {
    if (!entry) return { kind: 'invalid', reason: 'access_token_invalid' };
    if (isExpired(entry.claims, options, now))
      return { kind: 'invalid', reason: 'access_token_expired' };
    return { kind: 'valid', claims: entry.claims };
  }

  return {
    needsSignatureCheck(token) {
      const known = entries.get(token);
      return !(known && isCurrent(known)) && namesKnownKey(ring, token);
    },
    verify: (token, now) => judge(lookUp(token), now),
    verifyPresented(token, now) {
      const entry = lookUp(token);
      const verdict = judge(entry, now);
      const first = entry !== null && verdict.kind === 'valid' && !entry.presented;
      if (first) entry.presented = true;
      return { verdict, first };
    },
  };
}
