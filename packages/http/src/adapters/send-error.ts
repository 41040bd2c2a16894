import type { ServerResponse } from 'node:http';
import { publicError } from '../errors.ts';

/**
 * Answers with an error: its status, `Retry-After` where it has one, and `{ message, reason,
 * requestId }` as JSON.
 *
 * @param error a `Refusal`, a `StoreUnavailableError`, or anything else, which is answered as 500
 *   without its text
 */
export function sendError(response: ServerResponse, error: unknown): void {
  const { message, reason, httpStatus, retryAfterSeconds } = publicError(error);
  const requestId = response.getHeader('x-request-id')?.toString();
  if (retryAfterSeconds !== undefined)
    response.setHeader('retry-after', Math.ceil(retryAfterSeconds));
  if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-store');
  response.writeHead(httpStatus, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ message, reason, requestId }));
}
