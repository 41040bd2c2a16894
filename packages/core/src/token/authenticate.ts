import type { AnonymousReason } from '../errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { SessionOptions } from '../options.ts';
import type { Revocations } from '../revocation/revocations.ts';
import type { AcknowledgementQueue } from '../session/acknowledgements.ts';
import type { AccessTokenClaims, AccessTokenVerdict } from './access-token.ts';
import { accessTokenCache } from './access-token-cache.ts';
import type { Credentials } from './presented-tokens.ts';
import { type Principal, principalOf } from './principal.ts';
import { parseRefreshToken } from './refresh-token.ts';

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
  /**
   * The caller by a request's access tokens at an instant. Within a session the highest generation
   * counts, then the latest. Of several sessions of one user that one counts whose refresh token
   * came too, else the newest token; tokens of several users are `ambiguous_session`.
   *
   * @param presented the refresh tokens and usernames of the request
   */
  authenticate(
    accessTokens: readonly string[],
    now: number,
    presented?: Credentials,
  ): Authentication;
  /** Whether any of them was signed with a key of the ring, expired or not. */
  recognizes(accessTokens: readonly string[], now: number): boolean;
}

/** @param deps `acknowledgements` is told the first time that this node sees a token presented */
export function accessTokenAuthenticator(deps: {
  readonly ring: Pick<KeyRing, 'verifying' | 'macVerifying'>;
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

  /** Of several valid tokens of one user. */
  function choose(
    valid: readonly AccessTokenClaims[],
    { refreshTokens, usernames }: Credentials = { refreshTokens: [], usernames: [] },
  ): AccessTokenClaims {
    const newest = newestOfEachSession(valid);
    const sessions = new Set(
      refreshTokens.map((token) => parseRefreshToken(ring, token, usernames)?.sessionId),
    );
    const held = newest.filter(({ sid }) => sessions.has(sid));
    return (held.length > 0 ? held : newest).reduce((a, b) => (b.iat > a.iat ? b : a));
  }

  return {
    authenticate(accessTokens, now, presented) {
      const valid: AccessTokenClaims[] = [];
      let reason: AnonymousReason = 'no_credentials';
      for (const token of affordable(accessTokens)) {
        const verdict = verifyPresented(token, now);
        const revoked = verdict.kind === 'valid' ? revocations.revocationOf(verdict.claims) : null;
        if (revoked) reason = revoked;
        else if (verdict.kind === 'valid') valid.push(verdict.claims);
        else if (reason === 'no_credentials' || reason === 'access_token_invalid')
          reason = verdict.reason;
      }
      const [first, ...others] = valid;
      if (!first) return { kind: 'anonymous', reason };
      if (others.some(({ sub }) => sub !== first.sub))
        return { kind: 'anonymous', reason: 'ambiguous_session' };
      const claims = others.length === 0 ? first : choose(valid, presented);
      return { kind: 'authenticated', principal: principalOf(claims) };
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

/** Generations are compared within a session only. */
function newestOfEachSession(valid: readonly AccessTokenClaims[]): AccessTokenClaims[] {
  const newest = new Map<string, AccessTokenClaims>();
  for (const claims of valid) {
    const known = newest.get(claims.sid);
    const isNewer =
      !known || claims.gen > known.gen || (claims.gen === known.gen && claims.iat > known.iat);
    if (isNewer) newest.set(claims.sid, claims);
  }
  return [...newest.values()];
}
