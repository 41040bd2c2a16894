import { isInstance } from './lib/brand.ts';

/** Why a refresh token presented with a username was refused. */
export const REFRESH_REFUSALS = [
  'refresh_token_invalid',
  'session_unknown',
  'session_expired',
  'session_revoked',
  'user_gone',
  'token_version',
  'refresh_token_reused',
] as const;
/** Why a refresh token was refused: a reason that also ends the session in the browser. */
export type RefreshRefusal = (typeof REFRESH_REFUSALS)[number];

/**
 * Why a request is not signed in, not allowed or not served. A closed set: clients receive it as
 * `data.reason`, logs contain it, and `ERROR_TABLE` maps it to HTTP and tRPC codes.
 */
export const REASONS = [
  'no_credentials',
  'access_token_invalid',
  'access_token_expired',
  'refresh_token_missing',
  'username_missing',
  'ambiguous_session',
  ...REFRESH_REFUSALS,
  'invalid_credentials',
  'role_required',
  'reauthentication_required',
  'sign_up_closed',
  'conflict',
  'invalid_input',
  'not_found',
  'method_not_allowed',
  'body_too_large',
  'unsupported_media_type',
  'https_required',
  'cross_site',
  'csrf_token',
  'header_transfer',
  'host_not_allowed',
  'rate_limited',
  'store_unavailable',
  'overloaded',
  'too_many_streams',
  'internal',
] as const;
/** The reason of a refusal: one of {@link REASONS}. */
export type Reason = (typeof REASONS)[number];

/** The reasons for which a request is not signed in. */
export type AnonymousReason = Extract<
  Reason,
  | RefreshRefusal
  | 'no_credentials'
  | 'access_token_invalid'
  | 'access_token_expired'
  | 'refresh_token_missing'
  | 'username_missing'
  | 'ambiguous_session'
>;

const STORE_UNAVAILABLE: unique symbol = Symbol.for('latchkey.store_unavailable');

/**
 * Thrown when a store cannot answer: the client gets 503 with Retry-After and keeps its cookies.
 * `instanceof` also recognizes errors of another copy of this package.
 *
 * @example
 * import { StoreUnavailableError } from '@latchkey/core';
 *
 * try {
 *   await layer.sessionsOf(user.id);
 * } catch (error) {
 *   if (!(error instanceof StoreUnavailableError)) throw error;
 *   response.set('Retry-After', String(error.retryAfterSeconds)).sendStatus(503);
 * }
 */
export class StoreUnavailableError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: in a subclass, `this` is the subclass
    return isInstance(this, StoreUnavailableError, STORE_UNAVAILABLE, value);
  }
  override readonly name = 'StoreUnavailableError';
  /** When the client may retry, for the Retry-After header (RFC 9110, 10.2.3). */
  readonly retryAfterSeconds: number;
  constructor(message: string, options?: ErrorOptions & { retryAfterSeconds?: number }) {
    super(message, options);
    this.retryAfterSeconds = options?.retryAfterSeconds ?? 1;
  }
  get [STORE_UNAVAILABLE](): true {
    return true;
  }
}
