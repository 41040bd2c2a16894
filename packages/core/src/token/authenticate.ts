import type { AnonymousReason } from '../errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { SessionOptions } from '../options.ts';
import type { Revocations } from '../revocation/revocations.ts';
import type { AcknowledgementQueue } from '../session/acknowledgements.ts';
import type { AccessTokenClaims, AccessTokenVerdict } from './access-token.ts';
import { accessTokenCache } from './access-token-cache.ts';
import type { AnyClaims, ClaimsSchema } from './claims.ts';
import type { Credentials } from './presented-tokens.ts';
import { type Principal, principalOf } from './principal.ts';
import { parseRefreshToken } from './refresh-token.ts';

/**
 * The most signatures checked for one request; cached tokens do not count. More foreign tokens than
 * this before the browser's own cost it one refresh.
 */
const MAX_SIGNATURE_CHECKS = 4;

/** The caller of a request, or the reason why it is anonymous. */
export type Authentication<Claims extends AnyClaims = AnyClaims> =
  | { readonly kind: 'authenticated'; readonly principal: Principal<Claims> }
  | { readonly kind: 'anonymous'; readonly reason: AnonymousReason };

/** Authenticates access tokens without the store. */
export interface AccessTokenAuthenticator {
  /**
   * Authenticates the access tokens of a request. Within a session the token with the highest
   * generation counts, then the latest one. Of several sessions of one user the session of the
   * presented refresh token counts, else the one with the newest access token. Tokens of several
   * users are `ambiguous_session`.
   *
   * @param now milliseconds since the epoch
   * @param presented the refresh tokens and usernames of the request
   */
  authenticate(
    accessTokens: readonly string[],
    now: number,
    presented?: Credentials,
  ): Authentication;
  /** Whether any of the access tokens was signed with a key of the ring, expired or not. */
  recognizes(accessTokens: readonly string[], now: number): boolean;
}

/** @param deps `acknowledgements` gets each access token that this node sees for the first time */
export function accessTokenAuthenticator(deps: {
  readonly ring: Pick<KeyRing, 'verifying' | 'macVerifying'>;
  readonly options: SessionOptions;
  readonly claims?: ClaimsSchema | undefined;
  readonly acknowledgements: Pick<AcknowledgementQueue, 'push'>;
  readonly revocations: Pick<Revocations, 'revocationOf'>;
}): AccessTokenAuthenticator {
  const { ring, options, acknowledgements, revocations } = deps;
  const cache = accessTokenCache(ring, options, deps.claims);

  function verifyPresented(token: string, now: number): AccessTokenVerdict {
    const { verdict, first } = cache.verifyPresented(token, now);
    if (first && verdict.kind === 'valid') {
      const { sid: sessionId, gen: generation } = verdict.claims;
      acknowledgements.push({ sessionId, generation, at: now });
    }
    return verdict;
  }

  /** Returns each access token once, only the first few of those that cost a signature check. */
  function affordable(accessTokens: readonly string[]): Iterable<string> {
    return accessTokens.length < 2 ? accessTokens : firstOf(accessTokens);
  }

  function* firstOf(accessTokens: readonly string[]): Generator<string> {
    let signatureChecks = 0;
    for (const token of new Set(accessTokens))
      if (!cache.needsSignatureCheck(token) || ++signatureChecks <= MAX_SIGNATURE_CHECKS)
        yield token;
  }

  /** Chooses one of several valid access tokens of one user. */
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

/**
 * Picks the newest access token of each session; generations are compared within a session only.
 */
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
