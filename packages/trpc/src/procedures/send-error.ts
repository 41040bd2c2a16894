import type { IncomingMessage, ServerResponse } from 'node:http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { type PublicError, publicError } from './errors.ts';

/**
 * The most errors in one answer. A larger batch gets one error, which tRPC's clients give to each
 * call.
 */
const MAX_ERRORS = 100;

/** The options of {@link sendError}. */
export interface SendErrorOptions {
  /** The path of the tRPC endpoint; by default below any path segment `trpc`. */
  readonly trpcPath?: string | undefined;
}

/**
 * Answers with an error: status, `Retry-After` and `{ message, reason, requestId }` as JSON; under
 * a tRPC path, the shape that tRPC's clients read. There the refusal is marked as one before the
 * procedure ran, so use it in middleware only.
 *
 * @example
 * import { refuse, sendError } from '@latchkey/trpc';
 *
 * app.use((request, response, next) => {
 *   if (request.ip === '192.0.2.1') sendError(response, refuse('rate_limited'));
 *   else next();
 * });
 */
export function sendError(
  response: ServerResponse,
  error: unknown,
  { trpcPath }: SendErrorOptions = {},
): void {
  const told = publicError(error);
  const requestId = response.getHeader('x-request-id')?.toString();
  const paths = procedurePaths(response.req, trpcPath);
  if (told.retryAfterSeconds !== undefined)
    response.setHeader('retry-after', Math.ceil(told.retryAfterSeconds));
  if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-store');
  if (paths && isEventStream(response.req)) {
    sendEvent(response, errorShape(told, paths[0], requestId));
    return;
  }
  const { message, reason, httpStatus } = told;
  response.writeHead(httpStatus, { 'content-type': 'application/json; charset=utf-8' });
  response.end(
    JSON.stringify(
      paths ? errorsOf(told, paths, response.req, requestId) : { message, reason, requestId },
    ),
  );
}

/** Returns the procedures that a tRPC client calls with this request; `null` for other requests. */
function procedurePaths(
  request: IncomingMessage | undefined,
  trpcPath: string | undefined,
): readonly [string, ...string[]] | null {
  const [path = ''] = addressOf(request).split('?');
  const called =
    trpcPath === undefined
      ? /(?:^|\/)trpc\/([^/]+)$/.exec(path)?.[1]
      : path.startsWith(`${trpcPath}/`) && path.slice(trpcPath.length + 1);
  if (!called) return null;
  const [first = '', ...others] = isBatch(request)
    ? called.split(',').map(decoded)
    : [decoded(called)];
  return [first, ...others];
}

/** Returns the whole address of a request: Express shortens `url` below a mount path. */
function addressOf(request: (IncomingMessage & { originalUrl?: string }) | undefined): string {
  return request?.originalUrl ?? request?.url ?? '';
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function isBatch(request: IncomingMessage | undefined): boolean {
  return new URLSearchParams(addressOf(request).split('?')[1]).get('batch') === '1';
}

/**
 * Returns one error per call. A streamed batch gets a single one: its client reads no list from an
 * answer other than 200.
 */
function errorsOf(
  told: PublicError,
  paths: readonly [string, ...string[]],
  request: IncomingMessage,
  requestId: string | undefined,
) {
  const isSingle = !isBatch(request) || isStreamed(request) || paths.length > MAX_ERRORS;
  const answers = paths
    .slice(0, isSingle ? 1 : undefined)
    .map((path) => ({ error: errorShape(told, path, requestId) }));
  return isSingle ? answers[0] : answers;
}

function isStreamed({ headers }: IncomingMessage): boolean {
  return headers['trpc-accept'] === 'application/jsonl' || headers.accept === 'application/jsonl';
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return /(?:^|,)\s*text\/event-stream\b/i.test(headers.accept ?? '');
}

function errorShape(
  { message, ...told }: PublicError,
  path: string,
  requestId: string | undefined,
) {
  const isRefusal = told.reason !== undefined && told.reason !== 'internal';
  return {
    message,
    code: TRPC_ERROR_CODES_BY_KEY[told.code],
    data: { ...told, path, ...(isRefusal && { latchkey: true }), requestId },
  };
}

/**
 * Ends a subscription as tRPC does, with 200. A browser's `EventSource` hides every other answer
 * from scripts and never reconnects after one, not even after 503.
 */
function sendEvent(response: ServerResponse, shape: ReturnType<typeof errorShape>): void {
  const { retryAfterSeconds } = shape.data;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const retry =
    retryAfterSeconds === undefined ? '' : `retry: ${Math.ceil(retryAfterSeconds * 1000)}\n`;
  response.end(`${retry}event: serialized-error\ndata: ${JSON.stringify(shape)}\n\n`);
}
