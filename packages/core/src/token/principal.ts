import type { AccessTokenClaims } from './access-token.ts';

/** The caller, as an access token says. */
export interface Principal {
  readonly userId: string;
  readonly username: string;
  readonly role: string;
  readonly sessionId: string;
  readonly generation: number;
  /** The user's token version when the access token was signed. */
  readonly tokenVersion: number;
  /** Milliseconds since the epoch. */
  readonly accessTokenExpiresAt: number;
}

/** The caller that an access token's claims name. */
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
