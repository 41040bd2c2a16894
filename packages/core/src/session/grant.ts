import { type AccessTokenClaims, signAccessToken } from '../token/access-token.ts';
import { type Principal, principalOf } from '../token/principal.ts';
import { encodeRefreshToken } from '../token/refresh-token.ts';
import type { SessionContext } from './context.ts';
import type { SessionRecord } from './session-store.ts';
import type { User } from './user.ts';

/** The result of a sign-in or a refresh. `@latchkey/http` turns it into cookies. */
export interface Grant {
  /** The caller that the access token describes. */
  readonly principal: Principal;
  readonly accessToken: string;
  /**
   * The refresh token for the cookie; `null` if the browser already holds the current one, so that
   * its cookie is not set.
   */
  readonly refreshToken: string | null;
  readonly username: string;
  readonly sessionId: string;
  readonly generation: number;
  /**
   * When the grant was decided, in milliseconds since the epoch: see `SessionLayer.isTooLateToSet`.
   */
  readonly decidedAt: number;
  /** Seconds until the access token expires. */
  readonly accessTokenSeconds: number;
  /** Seconds until the session expires unless it is refreshed. */
  readonly sessionSeconds: number;
}

/**
 * Signs an access token for a session and encodes its refresh token.
 *
 * @param refreshSecret the secret of the current refresh token; `null` to leave its cookie alone
 */
export function grant(
  { ring, options, claims: schema }: Pick<SessionContext, 'ring' | 'options' | 'claims'>,
  session: SessionRecord,
  user: User,
  refreshSecret: Buffer | null,
  now: number,
): Grant {
  /** No access token outlives its session. */
  const expiresAt = Math.min(
    Math.round(now + options.accessTokenSeconds * 1000),
    session.absoluteExpiresAt,
  );
  const claims: AccessTokenClaims = {
    iss: options.issuer,
    aud: options.audience,
    sub: user.id,
    name: user.username,
    role: user.role,
    sid: session.id,
    gen: session.generation,
    ver: user.tokenVersion,
    iat: now / 1000,
    exp: expiresAt / 1000,
    ...(schema && { claims: user.claims }),
  };
  return {
    principal: principalOf(claims),
    accessToken: signAccessToken(ring, claims),
    refreshToken:
      refreshSecret &&
      encodeRefreshToken(ring, { ...tokenOf(session, user), secret: refreshSecret }, user.username),
    username: user.username,
    sessionId: session.id,
    generation: session.generation,
    decidedAt: now,
    accessTokenSeconds: (expiresAt - now) / 1000,
    sessionSeconds: (Math.min(session.idleExpiresAt, session.absoluteExpiresAt) - now) / 1000,
  };
}

function tokenOf({ id, generation }: SessionRecord, user: User) {
  return { sessionId: id, generation, userId: user.id };
}
