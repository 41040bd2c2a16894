import { TRPCClientError } from '@trpc/client';

interface ErrorData {
  readonly reason?: string;
  readonly httpStatus?: number;
  readonly retryAfterSeconds?: number;
}

/** Why the server refused, from its closed set of reasons; null when no answer of the API came back. */
export function reasonOf(error: unknown): string | null {
  return dataOf(error)?.reason ?? null;
}

/** For how long there is no sense in trying again; null when the server did not say. */
export function retryAfterSecondsOf(error: unknown): number | null {
  return dataOf(error)?.retryAfterSeconds ?? null;
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
