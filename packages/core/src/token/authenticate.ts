import type { AnonymousReason } from '../errors.ts';
import type { SessionOptions } from '../options.ts';
import type { Revocations } from '../revocation/revocations.ts';
import type { AcknowledgementQueue } from '../session/acknowledgements.ts';
import type { AccessTokenClaims, AccessTokenVerdict } from './access-token.ts';
import { accessTokenCache } from './access-token-cache.ts';
import type { KeyRing } from './key-ring.ts';
import { type Principal, principalOf } from './principal.ts';

/**
 * Unknown access tokens of one request whose signature is checked. Known ones are free: foreign
 * duplicates before a browser's own cost it one refresh.
 */
const MAX_SIGNATURE_CHECKS = 4;

/** Whether a caller is signed in, and as whom or why not. */
export type Authentication =
  | { readonly kind: 'authenticated'; readonly principal: Principal }
  | { readonly kind: 'anonymous'; readonly reason: AnonymousReason };

/** Judges access tokens without the store. */
export interface AccessTokenAuthenticator {
  /** The best of a request's access tokens at an instant: the highest generation, then the latest. */
  authenticate(accessTokens: readonly string[], now: number): Authentication;
  /** Whether any of them was signed with a key of the ring, expired or not. */
  recognizes(accessTokens: readonly string[], now: number): boolean;
}

/** @param deps `acknowledgements` is told the first time that this node sees a token presented */
export function accessTokenAuthenticator(deps: {
  readonly ring: Pick<KeyRing, 'verifying'>;
  readonly options: SessionOptions;
  readonly acknowledgements: Pick<AcknowledgementQueue, 'push'>;
  readonly revocations: Pick<Revocations, 'revocationOf'>;
}): AccessTokenAuthenticator {
  const { ring, options, acknowledgements, revocations } = deps;
  const cache = accessTokenCache(ring, options);

  function verifyPresented(token: string, now: number): AccessTokenVerdict {
    const { verdict, first } = cache.verifyPresented(token, now);
    if (first && verdict.kind === 'valid') {
      const { sid: sessionId, gen: generation } = verdict.claims;
      acknowledgements.push({ sessionId, generation, at: now });
    }
    return verdict;
  }

  /** Each token once, and of those whose signature must be checked only the first few. */
  function* affordable(accessTokens: readonly string[]): Generator<string> {
    let signatureChecks = 0;
    for (const token of new Set(accessTokens))
      if (!cache.needsSignatureCheck(token) || ++signatureChecks <= MAX_SIGNATURE_CHECKS)
        yield token;
  }

  return {
    authenticate(accessTokens, now) {
      let best: AccessTokenClaims | null = null;
      let reason: AnonymousReason = 'no_credentials';
      for (const token of affordable(accessTokens)) {
        const verdict = verifyPresented(token, now);
        const revoked = verdict.kind === 'valid' ? revocations.revocationOf(verdict.claims) : null;
        if (revoked) reason = revoked;
        else if (verdict.kind === 'valid') best = better(best, verdict.claims);
        else if (reason === 'no_credentials' || reason === 'access_token_invalid')
          reason = verdict.reason;
      }
      return best
        ? { kind: 'authenticated', principal: principalOf(best) }
        : { kind: 'anonymous', reason };
    },

    recognizes(accessTokens, now) {
      for (const token of affordable(accessTokens)) {
        const verdict = cache.verify(token, now);
        if (verdict.kind === 'valid' || verdict.reason === 'access_token_expired') return true;
      }
      return false;
    },
  };
}

function better(best: AccessTokenClaims | null, other: AccessTokenClaims): AccessTokenClaims {
  if (!best || other.gen > best.gen) return other;
  return other.gen === best.gen && other.iat > best.iat ? other : best;
}
