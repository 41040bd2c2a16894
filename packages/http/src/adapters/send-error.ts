import type { ServerResponse } from 'node:http';
import { publicError } from '../errors.ts';

/**
 * Answers with an error: status, `Retry-After` for 429 and 503, and `{ message, reason, requestId
 * }` as JSON.
 *
 * @param error a `Refusal` or a `StoreUnavailableError`; any other error is answered with 500,
 *   without its message
 * @example
 * import { refusal, sendError } from '@latchkey/http';
 *
 * app.use((_request, response) => sendError(response, refusal('not_found')));
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
