import { type Reason, StoreUnavailableError } from '@latchkey/core';
import { getTRPCErrorFromUnknown, type TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { describeInputFaults } from './input-faults.ts';
import { VARIES_ON } from './origin-check.ts';
import { isPassedOn, isRefused } from './refused-call.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

interface Row {
  readonly code: TRPC_ERROR_CODE_KEY;
  readonly level: LogLevel;
  readonly message: string;
}

const NOT_SIGNED_IN = 'You are not signed in.';
const anonymous = (level: LogLevel): Row => ({ code: 'UNAUTHORIZED', level, message: NOT_SIGNED_IN });

/** The one table from reason to what callers and operators see. The HTTP status follows from the tRPC code. */
export const OUTCOMES: Readonly<Record<Reason, Row>> = {
  no_credentials: anonymous('info'),
  access_token_invalid: anonymous('warn'),
  access_token_expired: anonymous('info'),
  refresh_token_missing: anonymous('info'),
  username_missing: anonymous('info'),
  refresh_token_invalid: anonymous('warn'),
  username_mismatch: anonymous('warn'),
  session_unknown: anonymous('info'),
  session_expired: anonymous('info'),
  session_revoked: anonymous('info'),
  user_gone: anonymous('info'),
  token_version: anonymous('info'),
  refresh_token_reused: anonymous('warn'),
  invalid_credentials: { code: 'UNAUTHORIZED', level: 'info', message: 'That username and password do not match.' },
  role_required: { code: 'FORBIDDEN', level: 'info', message: 'Your role does not allow this.' },
  reauthentication_required: {
    code: 'FORBIDDEN',
    level: 'info',
    message: 'It is too long ago that you gave your password. Give it again (auth.reauthenticate), then repeat this.',
  },
  invalid_input: { code: 'BAD_REQUEST', level: 'info', message: 'The request is not understood.' },
  sign_up_closed: { code: 'FORBIDDEN', level: 'info', message: 'Sign-up is closed here. Ask an administrator for an account.' },
  conflict: { code: 'CONFLICT', level: 'info', message: 'This does not fit with what is there.' },
  not_found: { code: 'NOT_FOUND', level: 'info', message: 'There is nothing here.' },
  method_not_allowed: { code: 'METHOD_NOT_SUPPORTED', level: 'info', message: 'That method is not allowed here.' },
  body_too_large: { code: 'PAYLOAD_TOO_LARGE', level: 'info', message: 'The request body may have at most 100 kB.' },
  unsupported_media_type: { code: 'UNSUPPORTED_MEDIA_TYPE', level: 'info', message: 'Send the body as application/json.' },
  cross_site: { code: 'FORBIDDEN', level: 'warn', message: 'This request came from another site.' },
  csrf_token: {
    code: 'FORBIDDEN',
    level: 'info',
    message: 'This request needs the anti-forgery token of its session: send it again with the one that came with this answer.',
  },
  host_not_allowed: { code: 'BAD_REQUEST', level: 'warn', message: 'This server does not answer under that name.' },
  rate_limited: { code: 'TOO_MANY_REQUESTS', level: 'warn', message: 'Too many attempts. Try again later.' },
  https_required: { code: 'FORBIDDEN', level: 'info', message: 'This server answers over HTTPS only.' },
  store_unavailable: {
    code: 'SERVICE_UNAVAILABLE',
    level: 'error',
    message: 'The service cannot answer right now. You are still signed in; try again in a moment.',
  },
  overloaded: { code: 'SERVICE_UNAVAILABLE', level: 'warn', message: 'Too many are waiting. Try again in a moment.' },
  too_many_streams: { code: 'TOO_MANY_REQUESTS', level: 'warn', message: 'Too many streams are open. Close one, or try again in a moment.' },
  internal: { code: 'INTERNAL_SERVER_ERROR', level: 'error', message: 'Something went wrong on our side.' },
};

const REFUSAL: unique symbol = Symbol.for('latchkey.refusal');

/** The cause inside a `TRPCError` that carries one of our reasons. Recognised by its brand, across copies of this package. */
class Refusal extends Error {
  readonly reason: Reason;
  readonly seconds: Seconds;
  constructor(reason: Reason, seconds: Seconds) {
    super(reason);
    this.reason = reason;
    this.seconds = seconds;
  }
  get [REFUSAL](): true {
    return true;
  }
}

const isRefusal = (cause: unknown): cause is Refusal => typeof cause === 'object' && cause !== null && REFUSAL in cause;

/** What a caller can count on, where there is something to count. */
interface Seconds {
  /** For 429 and 503: when a retry makes sense. */
  readonly retryAfterSeconds?: number;
  /** For `reauthentication_required`: how long ago the password may have been given, at most. */
  readonly freshSeconds?: number;
}

/**
 * The error with which a procedure refuses.
 *
 * @param change another code or message than the table's, where the same reason is answered differently (an explicit refresh: 403), and the
 *   seconds that a caller should know
 */
export function refuse(reason: Reason, { code, message, ...seconds }: Partial<Pick<Row, 'code' | 'message'>> & Seconds = {}): TRPCError {
  const row = OUTCOMES[reason];
  return new TRPCError({ code: code ?? row.code, message: message ?? row.message, cause: new Refusal(reason, seconds) });
}

/** The error for a call that needs a store which cannot answer: 503. */
export function unavailable(outage: StoreUnavailableError): TRPCError {
  return new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: OUTCOMES.store_unavailable.message, cause: outage });
}

/** The same error, or 503 in place of one that only says that a store could not answer. */
export function unavailableIfOutage(error: TRPCError): TRPCError {
  const { cause } = error;
  return cause instanceof StoreUnavailableError && (error.code === 'INTERNAL_SERVER_ERROR' || isWrapped(error)) ? unavailable(cause) : error;
}

/** What a caller is told of an error. Nothing internal is in it. */
export interface PublicError extends Seconds {
  readonly httpStatus: number;
  readonly code: TRPC_ERROR_CODE_KEY;
  readonly message: string;
  /** Absent from an error of the app's own. */
  readonly reason?: Reason;
}

/**
 * Judges any error a procedure or a middleware ended with. Refusals, store outages (503), wrong input (400, naming the fields) and unexpected errors (500, masked) get a
 * reason. A `TRPCError` that the app throws keeps its code, status and message.
 */
export function publicError(thrown: unknown): PublicError {
  const error = unavailableIfOutage(getTRPCErrorFromUnknown(thrown));
  const { cause, code, message } = error;
  const own = { httpStatus: getHTTPStatusCodeFromError(error), code, message };
  if (isRefusal(cause)) return isPassedOn(error) ? own : { ...own, reason: cause.reason, ...cause.seconds };
  if (cause instanceof StoreUnavailableError && code === 'SERVICE_UNAVAILABLE')
    return { ...own, reason: 'store_unavailable', retryAfterSeconds: cause.retryAfterSeconds };
  if (code === 'PARSE_ERROR') return { ...own, reason: 'invalid_input', message: OUTCOMES.invalid_input.message };
  if (!isWrapped(error)) return own;
  if (code === 'INTERNAL_SERVER_ERROR') return { ...own, reason: 'internal', message: OUTCOMES.internal.message };
  if (code === 'BAD_REQUEST' && cause) return { ...own, reason: 'invalid_input', message: describeInputFaults(cause) ?? OUTCOMES.invalid_input.message };
  return own;
}

/** Whether an error has no words of its own: tRPC puts what is thrown, or what a parser throws, into a `TRPCError` with the same message. */
function isWrapped({ cause, code, message }: TRPCError): boolean {
  return message === (cause ? cause.message : code);
}

interface Failure<Shape> {
  readonly shape: Shape;
  readonly error: TRPCError;
  readonly path?: string | undefined;
  readonly ctx?: { readonly requestId?: string | undefined } | undefined;
}

/** What `formatError` adds to an error's data. */
export interface LatchkeyErrorData extends Seconds {
  /** Why, from the closed set. Absent from an error of the app's own. */
  readonly reason?: Reason;
  /** True when Latchkey refused the call that the client made, before its procedure ran: nothing was done, and it is safe to repeat. */
  readonly latchkey?: true;
  /** Where the app names its requests. */
  readonly requestId?: string;
}

/** tRPC's error formatter: adds {@link LatchkeyErrorData}, and takes stacks away. Code, status, message and data of an app's own error stay as they are. */
export function formatError<Shape extends { code: number; data: object }>({ shape, error, path, ctx }: Failure<Shape>) {
  /** First: it settles whether the reason is this call's. */
  const latchkey = isRefused(error, path);
  const { message, ...told } = publicError(error);
  const { stack: _, ...data } = shape.data as Shape['data'] & { stack?: string };
  const added: LatchkeyErrorData = { ...(latchkey && { latchkey }), ...(ctx?.requestId !== undefined && { requestId: ctx.requestId }) };
  return told.reason === undefined
    ? { ...shape, data: { ...data, ...added } as typeof data & LatchkeyErrorData }
    : { ...shape, message, data: { ...data, ...told, ...added } as typeof data & LatchkeyErrorData };
}

/**
 * tRPC's `responseMeta`: what an answer depends on, and for 429 and 503 when to come back. A streamed batch has sent its headers by then; its errors carry
 * the seconds as data.
 */
export function responseMeta({ errors }: { errors: readonly TRPCError[] }): { headers: Headers } {
  const seconds = Math.max(0, ...errors.map((error) => publicError(error).retryAfterSeconds ?? 0));
  const headers = new Headers({ vary: VARIES_ON });
  if (seconds > 0) headers.set('retry-after', String(Math.ceil(seconds)));
  return { headers };
}
