import type { User } from '../session/user.ts';
import type { AccessTokenClaims } from './access-token.ts';

/**
 * The authenticated caller, as the claims of an access token say. Revalidated procedures and open
 * streams get the fields that may have changed since from {@link currentPrincipal}.
 */
export interface Principal {
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
  };
}

/**
 * Returns the principal with the role and the token version that its user has now.
 *
 * @example
 * import { currentPrincipal } from '@latchkey/core';
 * import { sessionOf } from '@latchkey/http';
 *
 * const { principal } = sessionOf(request);
 * const fresh = await users.findUser(principal?.userId ?? '');
 * const now = principal && fresh && currentPrincipal(principal, fresh);
 */
export function currentPrincipal(
  principal: Principal,
  { role, tokenVersion }: Pick<User, 'role' | 'tokenVersion'>,
): Principal {
  return { ...principal, role, tokenVersion };
}
