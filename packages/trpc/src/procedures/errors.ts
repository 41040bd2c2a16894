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
import {
  getTRPCErrorFromUnknown,
  type TRPC_ERROR_CODE_KEY,
  type TRPCDefaultErrorData,
  type TRPCDefaultErrorShape,
  TRPCError,
} from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { describeInputFaults } from './input-faults.ts';
import { isPassedOn, isRefused } from './refused-call.ts';

/** How one refusal differs from the error table, and the seconds to tell the caller. */
export interface RefuseOptions extends ErrorSeconds {
  readonly code?: TRPC_ERROR_CODE_KEY;
  readonly message?: string;
}

/** A reason of {@link Reason}, or one of the app's own. */
export type AnyReason = Reason | (string & Record<never, never>);

/** How a refusal with a reason of the app's own is answered. */
export interface OwnRefuseOptions extends ErrorSeconds {
  readonly code: TRPC_ERROR_CODE_KEY;
  readonly message: string;
}

/**
 * Creates the error with which a procedure refuses a call. The client reads the reason by
 * `reasonOf(error)`. A reason of the app's own needs a code and a message; `data.latchkey` stays
 * Latchkey's.
 *
 * @param options a code or message other than the error table's, and the seconds to tell the caller
 * @example
 * import { latchkeyProcedures, refuse } from '@latchkey/trpc';
 *
 * const { signedIn } = latchkeyProcedures();
 * const order = t.procedure.concat(signedIn).query(({ ctx }) => {
 *   if (ctx.principal.username !== 'ada') throw refuse('not_found', { message: 'No such order.' });
 *   return { id: 1 };
 * });
 */
export function refuse(reason: Reason, options?: RefuseOptions): TRPCError;
export function refuse(reason: string, options: OwnRefuseOptions): TRPCError;
export function refuse(
  reason: string,
  { code, message, ...seconds }: RefuseOptions = {},
): TRPCError {
  if (isReason(reason)) {
    const known = ERROR_TABLE[reason];
    return new TRPCError({
      code: code ?? known.code,
      message: message ?? known.message,
      cause: refusal(reason, seconds),
    });
  }
  if (code === undefined || message === undefined)
    throw new TypeError(
      `refuse: ${reason} is a reason of your own. Give its code and its message.`,
    );
  return new TRPCError({ code, message, cause: ownRefusal(reason, seconds) });
}

const isReason = (reason: string): reason is Reason => Object.hasOwn(ERROR_TABLE, reason);

/** The key under which an error has the app's own reason: one for every copy of this package. */
const OWN_REASON: unique symbol = Symbol.for('latchkey.own_reason');

interface OwnRefusal extends Error {
  readonly [OWN_REASON]: { readonly reason: string } & ErrorSeconds;
}

function ownRefusal(reason: string, seconds: ErrorSeconds): OwnRefusal {
  return Object.assign(new Error(reason), { [OWN_REASON]: { reason, ...seconds } });
}

const isOwnRefusal = (cause: Error | undefined): cause is OwnRefusal =>
  cause !== undefined && OWN_REASON in cause;

/** Returns the error for a call that needs a store which cannot answer: 503. */
export function unavailable(outage: StoreUnavailableError): TRPCError {
  return new TRPCError({
    code: 'SERVICE_UNAVAILABLE',
    message: ERROR_TABLE.store_unavailable.message,
    cause: outage,
  });
}

/** Returns a 503 error for one that only wraps a store outage; other errors unchanged. */
export function unavailableIfOutage(error: TRPCError): TRPCError {
  const { cause } = error;
  return cause instanceof StoreUnavailableError &&
    (error.code === 'INTERNAL_SERVER_ERROR' || isWrapped(error))
    ? unavailable(cause)
    : error;
}

/** The part of an error that its caller gets. It contains nothing internal. */
export interface PublicError extends Omit<HttpError, 'reason'> {
  readonly code: TRPC_ERROR_CODE_KEY;
  /** The reason of a refusal; absent from other errors of the app. */
  readonly reason?: AnyReason;
}

/**
 * Returns the public part of any error that a procedure or middleware ended with. Refusals, store
 * outages (503), invalid input (400, naming the fields) and unexpected errors (500, masked) get a
 * reason. A `TRPCError` that the app throws keeps its code, status and message, and has no reason
 * but one that it was given by `refuse`.
 *
 * @example
 * import { publicError } from '@latchkey/trpc';
 *
 * const { httpStatus, message, reason } = publicError(error);
 * response.status(httpStatus).json({ message, reason });
 */
export function publicError(thrown: unknown): PublicError {
  if (isRefusal(thrown)) return judge(thrown) as PublicError;
  const error = unavailableIfOutage(getTRPCErrorFromUnknown(thrown));
  const { cause, code, message } = error;
  const own = { httpStatus: getHTTPStatusCodeFromError(error), code, message };
  if (isOwnRefusal(cause)) return { ...own, ...cause[OWN_REASON] };
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

/** Whether a `TRPCError` wraps what a procedure or a parser threw: then it has the same message. */
function isWrapped({ cause, code, message }: TRPCError): boolean {
  return message === (cause ? cause.message : code);
}

/** What tRPC passes to an `errorFormatter`, as far as {@link formatError} reads it. */
export interface FailedCall {
  readonly shape: TRPCDefaultErrorShape;
  readonly error: TRPCError;
  readonly path?: string | undefined;
  readonly ctx?: { readonly requestId?: string | undefined } | undefined;
}

/** The fields that {@link formatError} adds to an error's data. */
export interface LatchkeyErrorData extends ErrorSeconds {
  /** The reason of a refusal: one of core's, or the app's own. */
  readonly reason?: AnyReason;
  /** True if Latchkey refused the client's call before its procedure ran: safe to repeat. */
  readonly latchkey?: true;
  /** The request's id, if the app sets `X-Request-Id`. */
  readonly requestId?: string;
}

/** The shape of an error as a client receives it. */
export interface LatchkeyErrorShape extends TRPCDefaultErrorShape {
  readonly data: TRPCDefaultErrorData & LatchkeyErrorData;
}

/**
 * Formats errors, as tRPC's `errorFormatter`: adds {@link LatchkeyErrorData} and removes stacks.
 * Code, status, message and data of errors of the app stay.
 *
 * @example
 * import { formatError, type LatchkeyContext } from '@latchkey/trpc';
 * import { initTRPC } from '@trpc/server';
 *
 * const t = initTRPC.context<LatchkeyContext>().create({
 *   errorFormatter: (failure) => ({ ...formatError(failure), version: 2 }), // or formatError alone
 * });
 */
export function formatError({ shape, error, path, ctx }: FailedCall): LatchkeyErrorShape {
  /**
   * Computed before publicError is called, because it decides whether the reason is this call's.
   */
  const latchkey = isRefused(error, path);
  const { message, ...told } = publicError(error);
  const { stack: _, ...data } = shape.data;
  const added: LatchkeyErrorData = {
    ...(latchkey && { latchkey }),
    ...(ctx?.requestId !== undefined && { requestId: ctx.requestId }),
  };
  return told.reason === undefined
    ? { ...shape, data: { ...data, ...added } }
    : { ...shape, message, data: { ...data, ...told, ...added } };
}

/**
 * Sets headers, as tRPC's `responseMeta`: `Vary`, and `Retry-After` for 429 and 503. A streamed
 * batch has sent its headers by then; its errors carry the seconds as data.
 *
 * @example
 * import { createLatchkeyContext, responseMeta } from '@latchkey/trpc';
 * import { createExpressMiddleware } from '@trpc/server/adapters/express';
 *
 * const createContext = createLatchkeyContext;
 * app.use('/trpc', createExpressMiddleware({ router, createContext, responseMeta }));
 */
export function responseMeta({ errors }: { errors: readonly TRPCError[] }): { headers: Headers } {
  const seconds = Math.max(0, ...errors.map((error) => publicError(error).retryAfterSeconds ?? 0));
  const headers = new Headers({ vary: VARIES_ON });
  if (seconds > 0) headers.set('retry-after', String(Math.ceil(seconds)));
  return { headers };
}
