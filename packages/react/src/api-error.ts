import { TRPCClientError } from '@trpc/client';
import type { ErrorReason } from './session/session.ts';

interface ErrorData {
  readonly latchkey?: boolean;
  readonly reason?: ErrorReason;
  readonly httpStatus?: number;
  readonly retryAfterSeconds?: number;
}

/**
 * A response that neither a procedure nor Latchkey wrote, but a proxy or another server. It says
 * nothing about the session.
 *
 * @example
 * import { NoAnswerError } from '@latchkey/react';
 * import { TRPCClientError } from '@trpc/client';
 *
 * if (error instanceof TRPCClientError && error.cause instanceof NoAnswerError)
 *   console.warn('a proxy answered', error.cause.retryAfterSeconds);
 */
export class NoAnswerError extends TypeError {
  readonly retryAfterSeconds: number | null;

  constructor(status: number, retryAfterSeconds: number | null) {
    super(`The server is not answering (${status}).`);
    this.name = 'NoAnswerError';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Returns why the server refused a call, from Latchkey's closed set of reasons or the app's own;
 * null if the error has no reason or the API did not answer.
 *
 * @example
 * import { reasonOf } from '@latchkey/react';
 *
 * if (reasonOf(error) === 'invalid_credentials') alert('Username and password do not match.');
 */
export function reasonOf(error: unknown): ErrorReason | null {
  return dataOf(error)?.reason ?? null;
}

/**
 * Returns the seconds to wait before the next attempt (`Retry-After`, RFC 9110 section 10.2.3);
 * null if the response states none.
 *
 * @example
 * import { retryAfterSecondsOf } from '@latchkey/react';
 *
 * const seconds = retryAfterSecondsOf(error);
 * if (seconds !== null) alert(`Try again in ${seconds} seconds.`);
 */
export function retryAfterSecondsOf(error: unknown): number | null {
  const cause = error instanceof TRPCClientError ? error.cause : null;
  return cause instanceof NoAnswerError
    ? cause.retryAfterSeconds
    : (dataOf(error)?.retryAfterSeconds ?? null);
}

/**
 * Returns the HTTP status of this one call, which in a streamed batch differs from that of the
 * response; null if there was no response.
 *
 * @example
 * import { statusOf } from '@latchkey/react';
 *
 * if (statusOf(error) === 404) alert('There is no such page.');
 */
export function statusOf(error: unknown): number | null {
  return dataOf(error)?.httpStatus ?? responseStatusOf(error);
}

/**
 * True if Latchkey refused the call before its procedure ran (`data.latchkey`): nothing was done,
 * and the call is safe to repeat. False for each error of the app's own, whatever its code.
 *
 * @example
 * import { isLatchkeyRefusal } from '@latchkey/react';
 *
 * try {
 *   await client.auth.logout.mutate();
 * } catch (error) {
 *   if (!isLatchkeyRefusal(error)) throw error; // else nothing was done
 * }
 */
export function isLatchkeyRefusal(error: unknown): boolean {
  return dataOf(error)?.latchkey === true;
}

/**
 * True if the call reached no server that could answer it: the network or the server is down, a
 * proxy answered in its place, or Latchkey reports that a store is unavailable or the server is
 * overloaded. It says nothing about the session, so it must never end one. A 503 of the app's own
 * is an answer.
 *
 * @example
 * ```tsx
 * import { isUnreachable } from '@latchkey/react';
 *
 * export const Fault = ({ error }: { error: unknown }) =>
 *   isUnreachable(error) ? <p>The server is not answering.</p> : <p>That did not work.</p>;
 * ```
 */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof TRPCClientError) || isAborted(error)) return false;
  const status = statusOf(error);
  if (dataOf(error) !== null)
    return status === 503 && /^(store_unavailable|overloaded)$/.test(reasonOf(error) ?? '');
  return status === null || status >= 500 || status < 400;
}

/**
 * True if Latchkey refused the call because it needs a valid session and has none. A 401 of the
 * app's own says nothing about the session.
 *
 * @example
 * import { isSessionOver } from '@latchkey/react';
 *
 * if (isSessionOver(error)) location.assign('/sign-in');
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
