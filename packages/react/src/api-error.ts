import { TRPCClientError } from '@trpc/client';

interface ErrorData {
  readonly latchkey?: boolean;
  readonly reason?: string;
  readonly httpStatus?: number;
  readonly retryAfterSeconds?: number;
}

/** An answer in which no procedure and no Latchkey speaks: a proxy does, or another server. */
export class NoAnswerError extends TypeError {
  readonly retryAfterSeconds: number | null;

  constructor(status: number, retryAfterSeconds: number | null) {
    super(`The server is not answering (${status}).`);
    this.name = 'NoAnswerError';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Why the server refused, from Latchkey's closed set of reasons; null for errors of the app's own,
 * and when no answer of the API came back.
 */
export function reasonOf(error: unknown): string | null {
  return dataOf(error)?.reason ?? null;
}

/**
 * For how many seconds there is no sense in trying again (`Retry-After`); null when nobody said.
 */
export function retryAfterSecondsOf(error: unknown): number | null {
  const cause = error instanceof TRPCClientError ? error.cause : null;
  return cause instanceof NoAnswerError
    ? cause.retryAfterSeconds
    : (dataOf(error)?.retryAfterSeconds ?? null);
}

/**
 * The HTTP status of this one call, which inside a streamed batch is not the status of the
 * response.
 */
export function statusOf(error: unknown): number | null {
  return dataOf(error)?.httpStatus ?? responseStatusOf(error);
}

/**
 * Whether Latchkey refused the call before its procedure ran (`data.latchkey`): nothing was done,
 * and it is safe to repeat. False for every error of the app's own, whatever its code.
 */
export function isLatchkeyRefusal(error: unknown): boolean {
  return dataOf(error)?.latchkey === true;
}

/**
 * The call reached no server that could answer it: the network is down, the server is, a proxy
 * speaks in its place, or Latchkey says that a store is out or the server has too much to do. Says
 * nothing about the session, so it must never end one. A 503 of the app's own is an answer.
 */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof TRPCClientError) || isAborted(error)) return false;
  const status = statusOf(error);
  if (dataOf(error) !== null)
    return status === 503 && /^(store_unavailable|overloaded)$/.test(reasonOf(error) ?? '');
  return status === null || status >= 500 || status < 400;
}

/**
 * Latchkey refused the call because it needed a session and came without one that stands. A 401 of
 * the app's own says nothing about the session.
 */
export function isSessionOver(error: unknown): boolean {
  return statusOf(error) === 401 && isLatchkeyRefusal(error);
}

function dataOf(error: unknown): ErrorData | null {
  return error instanceof TRPCClientError
    ? ((error.data as ErrorData | null | undefined) ?? null)
    : null;
}

function responseStatusOf(error: unknown): number | null {
  if (!(error instanceof TRPCClientError)) return null;
  const response = error.meta?.response;
  return response instanceof Response ? response.status : null;
}

function isAborted(error: TRPCClientError<never>): boolean {
  return error.cause?.name === 'AbortError';
}
