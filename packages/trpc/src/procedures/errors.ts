import { type Reason, StoreUnavailableError } from '@latchkey/core';
import {
  ERROR_TABLE,
  type ErrorSeconds,
  type PublicError as HttpError,
  isRefusal,
  publicError as judge,
  refusal,
  VARIES_ON,
} from '@latchkey/http';
import { getTRPCErrorFromUnknown, type TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { describeInputFaults } from './input-faults.ts';
import { isPassedOn, isRefused } from './refused-call.ts';

/**
 * What may differ from the error table where the same reason is answered differently, and the
 * seconds a caller should know.
 */
export interface RefuseOptions extends ErrorSeconds {
  readonly code?: TRPC_ERROR_CODE_KEY;
  readonly message?: string;
}

/**
 * The error with which a procedure refuses.
 *
 * @param options another code or message than the table's, where the same reason is answered
 *   differently (an explicit refresh: 403), and the seconds that a caller should know
 * @example
 * if (!user) throw refuse('invalid_credentials');
 */
export function refuse(
  reason: Reason,
  { code, message, ...seconds }: RefuseOptions = {},
): TRPCError {
  const known = ERROR_TABLE[reason];
  return new TRPCError({
    code: code ?? known.code,
    message: message ?? known.message,
    cause: refusal(reason, seconds),
  });
}

/** The error for a call that needs a store which cannot answer: 503. */
export function unavailable(outage: StoreUnavailableError): TRPCError {
  return new TRPCError({
    code: 'SERVICE_UNAVAILABLE',
    message: ERROR_TABLE.store_unavailable.message,
    cause: outage,
  });
}

/** The same error, or 503 in place of one that only says that a store could not answer. */
export function unavailableIfOutage(error: TRPCError): TRPCError {
  const { cause } = error;
  return cause instanceof StoreUnavailableError &&
    (error.code === 'INTERNAL_SERVER_ERROR' || isWrapped(error))
    ? unavailable(cause)
    : error;
}

/** What a caller is told of an error. Nothing internal is in it. */
export interface PublicError extends HttpError {
  readonly code: TRPC_ERROR_CODE_KEY;
}

/**
 * Judges any error a procedure or a middleware ended with. Refusals, store outages (503), wrong
 * input (400, naming the fields) and unexpected errors (500, masked) get a reason. A `TRPCError`
 * that the app throws keeps its code, status and message.
 */
export function publicError(thrown: unknown): PublicError {
  /** Middleware refuses without tRPC. */
  if (isRefusal(thrown)) return judge(thrown) as PublicError;
  const error = unavailableIfOutage(getTRPCErrorFromUnknown(thrown));
  const { cause, code, message } = error;
  const own = { httpStatus: getHTTPStatusCodeFromError(error), code, message };
  if (isRefusal(cause))
    return isPassedOn(error) ? own : { ...own, reason: cause.reason, ...cause.seconds };
  if (cause instanceof StoreUnavailableError && code === 'SERVICE_UNAVAILABLE')
    return { ...own, reason: 'store_unavailable', retryAfterSeconds: cause.retryAfterSeconds };
  if (code === 'PARSE_ERROR')
    return { ...own, reason: 'invalid_input', message: ERROR_TABLE.invalid_input.message };
  if (!isWrapped(error)) return own;
  if (code === 'INTERNAL_SERVER_ERROR')
    return { ...own, reason: 'internal', message: ERROR_TABLE.internal.message };
  if (code === 'BAD_REQUEST' && cause)
    return {
      ...own,
      reason: 'invalid_input',
      message: describeInputFaults(cause) ?? ERROR_TABLE.invalid_input.message,
    };
  return own;
}

/**
 * Whether an error has no words of its own: tRPC puts what is thrown, or what a parser throws, into
 * a `TRPCError` with the same message.
 */
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
export interface LatchkeyErrorData extends ErrorSeconds {
  /** Why, from the closed set. Absent from an error of the app's own. */
  readonly reason?: Reason;
  /**
   * True when Latchkey refused the call that the client made, before its procedure ran: nothing was
   * done, and it is safe to repeat.
   */
  readonly latchkey?: true;
  /** Where the app names its requests. */
  readonly requestId?: string;
}

/**
 * tRPC's error formatter: adds {@link LatchkeyErrorData}, and takes stacks away. Code, status,
 * message and data of an app's own error stay as they are.
 */
export function formatError<Shape extends { code: number; data: object }>({
  shape,
  error,
  path,
  ctx,
}: Failure<Shape>) {
  /** First: it settles whether the reason is this call's. */
  const latchkey = isRefused(error, path);
  const { message, ...told } = publicError(error);
  const { stack: _, ...data } = shape.data as Shape['data'] & { stack?: string };
  const added: LatchkeyErrorData = {
    ...(latchkey && { latchkey }),
    ...(ctx?.requestId !== undefined && { requestId: ctx.requestId }),
  };
  return told.reason === undefined
    ? { ...shape, data: { ...data, ...added } as typeof data & LatchkeyErrorData }
    : {
        ...shape,
        message,
        data: { ...data, ...told, ...added } as typeof data & LatchkeyErrorData,
      };
}

/**
 * tRPC's `responseMeta`: what an answer depends on, and for 429 and 503 when to come back. A
 * streamed batch has sent its headers by then; its errors carry the seconds as data.
 */
export function responseMeta({ errors }: { errors: readonly TRPCError[] }): { headers: Headers } {
  const seconds = Math.max(0, ...errors.map((error) => publicError(error).retryAfterSeconds ?? 0));
  const headers = new Headers({ vary: VARIES_ON });
  if (seconds > 0) headers.set('retry-after', String(Math.ceil(seconds)));
  return { headers };
}
