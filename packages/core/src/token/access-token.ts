import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { KeyRing } from '../keys/key-ring.ts';
import type { AccessTokenKey } from '../keys/keys.ts';
import type { SessionOptions } from '../options.ts';
import { type ClaimsSchema, decodeClaims } from './claims.ts';

/** Longer than any access token signed here; longer input is rejected unparsed (RFC 8725, 3.11). */
const MAX_TOKEN_LENGTH = 4096;
const TOKEN_PATTERN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const TYPE = 'at+jwt';
/** The largest difference to expect between the clocks of two nodes. */
const MAX_CLOCK_LEAD_SECONDS = 300;

/** A NumericDate (RFC 7519, 2) in whole milliseconds, up to the year 9999. */
const instant = z
  .number()
  .positive()
  .max(253_402_300_799)
  .refine((value) => Math.round(value * 1000) / 1000 === value);
/** The most characters of a text claim of an access token. */
export const MAX_CLAIM_LENGTH = 256;
const counter = z.int().min(0).max(0xffff_ffff);
const text = z
  .string()
  .min(1)
  .max(MAX_CLAIM_LENGTH)
  .refine((value) => value.isWellFormed());

const headerSchema = z.strictObject({ alg: z.string(), typ: z.literal(TYPE), kid: z.string() });
/**
 * Unknown and missing claims make a token invalid, so a new claim has to be optional here one
 * version before it is signed: nodes of both versions run side by side (docs/changing.md).
 */
const claimsSchema = z.strictObject({
  iss: text,
  aud: text,
  sub: text,
  name: text,
  role: text,
  sid: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  gen: counter,
  ver: counter,
  iat: instant,
  exp: instant,
  claims: z.record(z.string(), z.unknown()).optional(),
});

/**
 * The claims of an access token (after RFC 9068): `sub` user id, `name` username, `sid` session id,
 * `gen` the session's generation, `ver` the user's token version, `iat` and `exp` in seconds since
 * the epoch, with millisecond precision, `claims` the app's own.
 */
export type AccessTokenClaims = Readonly<z.infer<typeof claimsSchema>>;

/** The result of verifying an access token. */
export type AccessTokenVerdict =
  | { readonly kind: 'valid'; readonly claims: AccessTokenClaims }
  | { readonly kind: 'invalid'; readonly reason: 'access_token_invalid' | 'access_token_expired' };

/**
 * Signs claims with the ring's signing key, as a JWT of the type `at+jwt` (RFC 9068). `layer.issue`
 * does it for a session.
 *
 * @example
 * import { signAccessToken, verifyAccessToken } from '@latchkey/core';
 *
 * const now = clock.now() / 1000;
 * const token = signAccessToken(ring, {
 *   iss: 'latchkey', aud: 'latchkey', iat: now, exp: now + 60,
 *   sub: '7', name: 'ada', role: 'Admin', sid: 'Kq3vX0aBfG2mT9wLr5YtZQ', gen: 0, ver: 0,
 * });
 * verifyAccessToken(ring, layer.options, token, clock.now()).kind; // 'valid'
 */
export function signAccessToken(ring: Pick<KeyRing, 'signing'>, claims: AccessTokenClaims): string {
  const { algorithm, kid, signKey } = ring.signing;
  return jwt.sign(claims, signKey, { algorithm, header: { alg: algorithm, typ: TYPE, kid } });
}

/**
 * Verifies signature, issuer, audience and expiry of an access token. Keys are looked up by `kid`
 * in the ring only; an unknown or duplicate member (`crit`, `jku`, `x5u`, `jwk` included) makes a
 * token invalid (RFC 8725; ASVS 9.1, 9.2).
 *
 * @param now milliseconds since the epoch
 * @param schema the layer's option `claims`
 * @example
 * import { verifyAccessToken } from '@latchkey/core';
 *
 * const token = request.get('Authorization')?.replace('Bearer ', '') ?? '';
 * const verdict = verifyAccessToken(ring, layer.options, token, clock.now());
 * console.log(verdict.kind === 'valid' ? verdict.claims.sub : verdict.reason);
 */
export function verifyAccessToken(
  ring: Pick<KeyRing, 'verifying'>,
  options: Pick<SessionOptions, 'issuer' | 'audience' | 'idleSeconds' | 'clockToleranceSeconds'>,
  token: string,
  now: number,
  schema?: ClaimsSchema,
): AccessTokenVerdict {
  return verdictOf(verifySignedToken(ring, options, token, schema), options, now);
}

/** A token whose signature was verified: what can be cached of it. */
export interface SignedToken {
  readonly claims: AccessTokenClaims;
  /** The key that signed it. */
  readonly key: AccessTokenKey;
  /**
   * True if the app's own claims do not fit the layer's schema, which has changed since: the token
   * counts as expired, so that a refresh brings new ones.
   */
  readonly isOutdated: boolean;
}

/**
 * Returns the verdict about a verified token, which depends on the time only; `null` stands for an
 * invalid token.
 */
export function verdictOf(
  signed: Pick<SignedToken, 'claims' | 'isOutdated'> | null,
  options: Pick<SessionOptions, 'clockToleranceSeconds'>,
  now: number,
): AccessTokenVerdict {
  if (!signed) return { kind: 'invalid', reason: 'access_token_invalid' };
  const { claims, isOutdated } = signed;
  return isOutdated || isExpired(claims, options, now)
    ? { kind: 'invalid', reason: 'access_token_expired' }
    : { kind: 'valid', claims };
}

/**
 * Whether a token is expired: from the instant of `exp` on, plus the tolerated skew. Also true if
 * it was issued in the future, by a clock that was far ahead: it would be valid for too long.
 */
function isExpired(
  claims: Pick<AccessTokenClaims, 'iat' | 'exp'>,
  options: Pick<SessionOptions, 'clockToleranceSeconds'>,
  now: number,
): boolean {
  return (
    now >= (claims.exp + options.clockToleranceSeconds) * 1000 ||
    now < (claims.iat - MAX_CLOCK_LEAD_SECONDS) * 1000
  );
}

/**
 * Verifies everything except expiry. The result is cacheable until the key set changes.
 *
 * @returns `null` if the token is invalid
 */
export function verifySignedToken(
  ring: Pick<KeyRing, 'verifying'>,
  options: Pick<SessionOptions, 'issuer' | 'audience' | 'idleSeconds'>,
  token: string,
  schema?: ClaimsSchema,
): SignedToken | null {
  const key = keyNamedBy(ring, token);
  if (!key) return null;
  try {
    jwt.verify(token, key.verifyKey, {
      algorithms: [key.algorithm],
      issuer: options.issuer,
      audience: options.audience,
      ignoreExpiration: true,
    });
  } catch {
    return null;
  }
  const { data } = claimsSchema.safeParse(parseSegment(token.split('.')[1]));
  const lifetime = data ? data.exp - data.iat : Number.NaN;
  if (!data || !(lifetime > 0 && lifetime <= options.idleSeconds)) return null;
  const { claims: signed, ...registered } = data;
  if (!schema) return { claims: registered, key, isOutdated: false };
  const claims = decodeClaims(schema, signed);
  return { claims: { ...registered, claims: claims ?? {} }, key, isOutdated: claims === null };
}

/** Whether a well-formed token names a key that the ring does not have. */
export function namesUnknownKey(ring: Pick<KeyRing, 'verifying'>, token: string): boolean {
  const header = headerOf(token);
  return header !== null && !ring.verifying.has(header.kid);
}

/** Whether a well-formed token names a key of the ring and its algorithm. */
export function namesKnownKey(ring: Pick<KeyRing, 'verifying'>, token: string): boolean {
  return keyNamedBy(ring, token) !== null;
}

function keyNamedBy(ring: Pick<KeyRing, 'verifying'>, token: string): AccessTokenKey | null {
  const header = headerOf(token);
  const key = header && ring.verifying.get(header.kid);
  return key && key.algorithm === header.alg ? key : null;
}

function headerOf(token: string): z.infer<typeof headerSchema> | null {
  if (token.length > MAX_TOKEN_LENGTH || !TOKEN_PATTERN.test(token)) return null;
  const [headerSegment, , signature] = token.split('.');
  const header = headerSchema.safeParse(parseSegment(headerSegment));
  return header.success && isCanonical(signature) ? header.data : null;
}

/**
 * Tokens are signed with the output of `JSON.stringify`, so JSON that does not serialize back to
 * itself (duplicate members, spaces, escapes) is rejected.
 */
function parseSegment(segment: string | undefined): unknown {
  if (!isCanonical(segment)) return undefined;
  const json = Buffer.from(segment, 'base64url').toString();
  try {
    const value: unknown = JSON.parse(json);
    return JSON.stringify(value) === json ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a base64url text is canonical: another spelling of the same bytes differs in unused bits
 * only.
 */
function isCanonical(segment: string | undefined): segment is string {
  return (
    segment !== undefined && Buffer.from(segment, 'base64url').toString('base64url') === segment
  );
}
