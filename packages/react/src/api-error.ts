import { TRPCClientError } from '@trpc/client';

interface ErrorData {
  readonly reason?: string;
  readonly httpStatus?: number;
  readonly retryAfterSeconds?: number;
}

/** Said in the server's place, or by a server without its store, in whatever shape: there is no answer of a procedure in it. */
export class NoAnswerError extends TypeError {
  readonly retryAfterSeconds: number | null;

  constructor(status: number, retryAfterSeconds: number | null) {
    super(`The server is not answering (${status}).`);
    this.name = 'NoAnswerError';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Why the server refused, from its closed set of reasons; null when no answer of the API came back. */
export function reasonOf(error: unknown): string | null {
  return dataOf(error)?.reason ?? null;
}

/** For how many seconds there is no sense in trying again (`Retry-After`); null when nobody said. */
export function retryAfterSecondsOf(error: unknown): number | null {
  const cause = error instanceof TRPCClientError ? error.cause : null;
  return cause instanceof NoAnswerError ? cause.retryAfterSeconds : (dataOf(error)?.retryAfterSeconds ?? null);
}

/** The HTTP status of this one call, which inside a streamed batch is not the status of the response. */
export function statusOf(error: unknown): number | null {
  return dataOf(error)?.httpStatus ?? responseStatusOf(error);
}

/**
 * Nobody able to answer was reached: the network is down, the server is, a proxy speaks in its place, or a store is out (503).
 * Says nothing about the session, so it must never end one.
 */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof TRPCClientError) || isAborted(error)) return false;
  const status = statusOf(error);
  if (status === 503) return true;
  return dataOf(error) === null && (status === null || status >= 500 || status < 400);
}

/** The call needed a session and came without one that stands. A wrong password is a 401 too, and says nothing about the session. */
export function isSessionOver(error: unknown): boolean {
  return statusOf(error) === 401 && reasonOf(error) !== 'invalid_credentials';
}

function dataOf(error: unknown): ErrorData | null {
  return error instanceof TRPCClientError ? ((error.data as ErrorData | null | undefined) ?? null) : null;
}

function responseStatusOf(error: unknown): number | null {
  if (!(error instanceof TRPCClientError)) return null;
  const response = error.meta?.response;
  return response instanceof Response ? response.status : null;
}

function isAborted(error: TRPCClientError<never>): boolean {
  return error.cause?.name === 'AbortError';
}
