import type { User } from '../session/user.ts';
import type { AccessTokenClaims } from './access-token.ts';
import { type AnyClaims, NO_CLAIMS } from './claims.ts';

/**
 * The authenticated caller, as the claims of an access token say. Revalidated procedures and open
 * streams get the fields that may have changed since from {@link currentPrincipal}.
 */
export interface Principal<Claims extends AnyClaims = AnyClaims> {
  readonly userId: string;
  readonly username: string;
  /** The role when the access token was signed, or when the caller was last revalidated. */
  readonly role: string;
  readonly sessionId: string;
  readonly generation: number;
  /** The user's token version when the access token was signed. */
  readonly tokenVersion: number;
  /** When the access token expires, in milliseconds since the epoch. */
  readonly accessTokenExpiresAt: number;
  /**
   * The app's own claims when the access token was signed, or when the caller was last revalidated.
   * Empty without the option `claims`. Frozen: requests with the same token share them.
   */
  readonly claims: Claims;
}

/** Maps the claims of an access token to a principal. */
export function principalOf(claims: AccessTokenClaims): Principal {
  return {
    userId: claims.sub,
    username: claims.name,
    role: claims.role,
    sessionId: claims.sid,
    generation: claims.gen,
    tokenVersion: claims.ver,
    accessTokenExpiresAt: claims.exp * 1000,
    claims: claims.claims ?? NO_CLAIMS,
  };
}

/**
 * Returns the principal with the role, the claims and the token version that its user has now.
 *
 * @param user as `layer.confirm` returns it, its claims checked
 *
 * @example
 * import { currentPrincipal } from '@latchkey/core';
 * import { sessionOf } from '@latchkey/http';
 *
 * const { principal } = sessionOf(request);
 * const confirmed = principal && (await layer.confirm(principal));
 * if (principal && confirmed?.kind === 'confirmed')
 *   console.log(currentPrincipal(principal, confirmed.user).role);
 */
export function currentPrincipal(
  principal: Principal,
  user: Pick<User, 'role' | 'tokenVersion' | 'claims'>,
): Principal {
  const { role, tokenVersion, claims = NO_CLAIMS } = user;
  return { ...principal, role, tokenVersion, claims };
}
