import { type AccessTokenClaims, signAccessToken } from '../token/access-token.ts';
import { type Principal, principalOf } from '../token/principal.ts';
import { encodeRefreshToken } from '../token/refresh-token.ts';
import type { SessionContext } from './context.ts';
import type { SessionRecord } from './session-store.ts';
import type { User } from './user.ts';

/** What a caller is given when a session is issued or refreshed. The edge turns it into cookies. */
export interface Grant {
  /** The caller from now on: what the access token says. */
  readonly principal: Principal;
  readonly accessToken: string;
  /** `null` when the browser already holds the current one: its cookie is then left alone. */
  readonly refreshToken: string | null;
  readonly username: string;
  readonly sessionId: string;
  readonly generation: number;
  /**
   * When this was decided, milliseconds. A grant that is a grace old must not be written any more.
   */
  readonly decidedAt: number;
  readonly accessTokenSeconds: number;
  /** What is left of the session unless it is refreshed again. */
  readonly sessionSeconds: number;
}

/**
 * Signs an access token for a session as it stands and puts the refresh token, if one is to be set,
 * beside it.
 */
export function grant(
  { ring, options }: Pick<SessionContext, 'ring' | 'options'>,
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
