import type { ServerResponse } from 'node:http';
import { REASONS, type Reason, StoreUnavailableError } from '@latchkey/core';
import { type TRPC_ERROR_CODE_KEY, TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { z } from 'zod';
import { VARIES_ON } from './origin-check.ts';

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
  anti_forgery_token: {
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

/** The cause inside a `TRPCError` that carries one of our reasons. */
class Refusal extends Error {
  readonly reason: Reason;
  readonly seconds: Seconds;
  constructor(reason: Reason, seconds: Seconds) {
    super(reason);
    this.reason = reason;
    this.seconds = seconds;
  }
}

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

/** What a caller is told of an error, whatever its origin. Nothing internal is in it. */
export interface PublicError extends Seconds {
  readonly httpStatus: number;
  readonly code: TRPC_ERROR_CODE_KEY;
  readonly reason: Reason;
  readonly message: string;
}

/** Judges any error a procedure or a middleware ended with. */
export function publicError(error: unknown): PublicError {
  const trpcError = error instanceof TRPCError ? error : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
  const { cause, code } = trpcError;
  if (cause instanceof StoreUnavailableError) return { ...tell('store_unavailable'), retryAfterSeconds: cause.retryAfterSeconds };
  if (cause instanceof Refusal)
    return { httpStatus: getHTTPStatusCodeFromError(trpcError), code, reason: cause.reason, message: trpcError.message, ...cause.seconds };
  if (cause instanceof z.ZodError && code === 'BAD_REQUEST') return { ...tell('invalid_input'), message: nameFields(cause) };
  const reason = REASONS.find((candidate) => OUTCOMES[candidate].code === code) ?? 'internal';
  return tell(code === 'UNAUTHORIZED' ? 'no_credentials' : code === 'PARSE_ERROR' ? 'invalid_input' : reason);
}

function tell(reason: Reason): PublicError {
  const { code, message } = OUTCOMES[reason];
  return { httpStatus: getHTTPStatusCodeFromError(new TRPCError({ code })), code, reason, message };
}

function nameFields(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
}

/** Any error as plain HTTP: `{ message, reason, requestId }`, with the status and Retry-After it calls for. */
export function sendError(response: ServerResponse, error: unknown): void {
  const { httpStatus, message, reason, retryAfterSeconds } = publicError(error);
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterSeconds));
  if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-store');
  response.writeHead(httpStatus, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ message, reason, requestId: response.getHeader('x-request-id') }));
}

interface Failure<Shape> {
  readonly shape: Shape;
  readonly error: TRPCError;
  readonly ctx?: { readonly requestId?: string | undefined } | undefined;
}

/** tRPC's error formatter: the shape every client gets, with `data.reason`, and `data.requestId` where the app names its requests. */
export function formatError<Shape extends { code: number; data: object }>({ shape, error, ctx }: Failure<Shape>) {
  const { message, ...told } = publicError(error);
  const { stack: _, ...data } = shape.data as Shape['data'] & { stack?: string };
  return { ...shape, message, data: { ...data, ...told, requestId: ctx?.requestId } };
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
