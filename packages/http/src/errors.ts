import { type Reason, StoreUnavailableError } from '@latchkey/core';

/** The level at which an error is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The HTTP status of each error code; the codes are tRPC's. */
export const HTTP_STATUS = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_SUPPORTED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
} as const;
/** The code of an error: a key of {@link HTTP_STATUS}. */
export type ErrorCode = keyof typeof HTTP_STATUS;

/** How the errors with one reason are answered and logged. */
export interface ErrorRow {
  readonly code: ErrorCode;
  readonly level: LogLevel;
  readonly message: string;
}

const row = (code: ErrorCode, level: LogLevel, message: string): ErrorRow => ({
  code,
  level,
  message,
});
const anonymous = (level: LogLevel): ErrorRow =>
  row('UNAUTHORIZED', level, 'You are not signed in.');

/** The error code, log level and message for each reason. */
export const ERROR_TABLE: Readonly<Record<Reason, ErrorRow>> = {
  no_credentials: anonymous('info'),
  access_token_invalid: anonymous('warn'),
  access_token_expired: anonymous('info'),
  refresh_token_missing: anonymous('info'),
  username_missing: anonymous('info'),
  ambiguous_session: row(
    'UNAUTHORIZED',
    'warn',
    'The request has cookies of several users. Delete the cookies of this site, then sign in.',
  ),
  refresh_token_invalid: anonymous('warn'),
  session_unknown: anonymous('info'),
  session_expired: anonymous('info'),
  session_revoked: anonymous('info'),
  user_gone: anonymous('info'),
  token_version: anonymous('info'),
  refresh_token_reused: anonymous('warn'),
  invalid_credentials: row('UNAUTHORIZED', 'info', 'That username and password do not match.'),
  role_required: row('FORBIDDEN', 'info', 'Your role does not allow this.'),
  reauthentication_required: row(
    'FORBIDDEN',
    'info',
    'Your last sign-in is too long ago. Call reauthenticate with the password, then try again.',
  ),
  sign_up_closed: row(
    'FORBIDDEN',
    'info',
    'Sign-up is closed here. Ask an administrator for an account.',
  ),
  conflict: row('CONFLICT', 'info', 'Conflicts with existing data.'),
  invalid_input: row('BAD_REQUEST', 'info', 'The request is malformed.'),
  not_found: row('NOT_FOUND', 'info', 'Not found.'),
  method_not_allowed: row('METHOD_NOT_SUPPORTED', 'info', 'This URL does not support the method.'),
  body_too_large: row('PAYLOAD_TOO_LARGE', 'info', 'The request body is over 100 kB.'),
  unsupported_media_type: row(
    'UNSUPPORTED_MEDIA_TYPE',
    'info',
    'Send the body as application/json.',
  ),
  https_required: row('FORBIDDEN', 'info', 'This server answers over HTTPS only.'),
  cross_site: row('FORBIDDEN', 'warn', 'This request came from another site.'),
  csrf_token: row(
    'FORBIDDEN',
    'info',
    'The CSRF token is missing or wrong. Repeat the request with X-CSRF-Token of this response.',
  ),
  header_transfer: row(
    'FORBIDDEN',
    'warn',
    'Tokens travel in headers for clients that are no browsers, where the server allows it.',
  ),
  host_not_allowed: row(
    'BAD_REQUEST',
    'warn',
    'This server does not serve the host in the Host header.',
  ),
  rate_limited: row('TOO_MANY_REQUESTS', 'warn', 'Too many attempts. Try again later.'),
  store_unavailable: row(
    'SERVICE_UNAVAILABLE',
    'error',
    'The service is unavailable. You are still signed in: try again in a moment.',
  ),
  overloaded: row('SERVICE_UNAVAILABLE', 'warn', 'The server is busy. Try again in a moment.'),
  too_many_streams: row(
    'TOO_MANY_REQUESTS',
    'warn',
    'Too many streams are open. Close one, or try again in a moment.',
  ),
  internal: row('INTERNAL_SERVER_ERROR', 'error', 'Something went wrong on our side.'),
};

/** Durations that an error tells its caller. */
export interface ErrorSeconds {
  /** For 429 and 503: seconds until a retry makes sense. */
  readonly retryAfterSeconds?: number;
  /** For `reauthentication_required`: the age of the last password check must be below this. */
  readonly maxAuthenticationAgeSeconds?: number;
}

const REFUSAL: unique symbol = Symbol.for('latchkey.refusal');

/**
 * A refused request, with its reason. Test for it with {@link isRefusal}.
 *
 * @example
 * import { isRefusal, refusal } from '@latchkey/http';
 *
 * const thrown: unknown = refusal('rate_limited', { retryAfterSeconds: 30 });
 * if (isRefusal(thrown)) console.log(thrown.code, thrown.seconds.retryAfterSeconds);
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: Reason;
  readonly code: ErrorCode;
  readonly seconds: ErrorSeconds;
  constructor(reason: Reason, code: ErrorCode, message: string, seconds: ErrorSeconds) {
    super(message);
    this.reason = reason;
    this.code = code;
    this.seconds = seconds;
  }
  get [REFUSAL](): true {
    return true;
  }
}

/**
 * Whether an error is a {@link Refusal}, of any copy of this package.
 *
 * @example
 * import { isRefusal } from '@latchkey/http';
 *
 * if (isRefusal(error)) console.log(error.reason);
 */
export function isRefusal(error: unknown): error is Refusal {
  return typeof error === 'object' && error !== null && REFUSAL in error;
}

/** How one refusal differs from {@link ERROR_TABLE}, and the seconds to tell the caller. */
export interface RefusalDetails extends ErrorSeconds {
  readonly code?: ErrorCode;
  readonly message?: string;
}

/**
 * Creates the error with which to refuse a request.
 *
 * @example
 * import { refusal, sendError } from '@latchkey/http';
 *
 * sendError(response, refusal('rate_limited', { retryAfterSeconds: 30 }));
 */
export function refusal(
  reason: Reason,
  { code, message, ...seconds }: RefusalDetails = {},
): Refusal {
  const known = ERROR_TABLE[reason];
  return new Refusal(reason, code ?? known.code, message ?? known.message, seconds);
}

/** The part of an error that its caller gets. It contains nothing internal. */
export interface PublicError extends ErrorSeconds {
  readonly httpStatus: number;
  readonly code: string;
  readonly message: string;
  /** The reason of a refusal; absent from errors of the app. */
  readonly reason?: Reason;
}

/**
 * Returns the public part of any error: refusals keep their reason, store outages are 503, every
 * other error is 500 without its message.
 *
 * @example
 * import { publicError } from '@latchkey/http';
 *
 * const { httpStatus, message, reason } = publicError(error);
 * response.status(httpStatus).json({ message, reason });
 */
export function publicError(error: unknown): PublicError {
  if (isRefusal(error)) {
    const { reason, code, message, seconds } = error;
    return { httpStatus: HTTP_STATUS[code], code, message, reason, ...seconds };
  }
  if (error instanceof StoreUnavailableError)
    return { ...fromTable('store_unavailable'), retryAfterSeconds: error.retryAfterSeconds };
  return fromTable('internal');
}

function fromTable(reason: Reason): PublicError {
  const { code, message } = ERROR_TABLE[reason];
  return { httpStatus: HTTP_STATUS[code], code, message, reason };
}
