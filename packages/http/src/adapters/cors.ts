import type { IncomingMessage, ServerResponse } from 'node:http';
import { CSRF_HEADER } from '../checks/csrf.ts';
import { parseOrigins, VARIES_ON } from '../checks/same-origin.ts';
import { appendToList } from './list-header.ts';

const READABLE = ['X-Request-Id', 'Retry-After', CSRF_HEADER].join(', ');
const METHODS = 'GET, HEAD, POST';
/**
 * The request headers that CORS permits: those of tRPC's links and ours, and `Authorization` for
 * clients without cookies.
 */
const HEADERS = [
  'Content-Type',
  'Authorization',
  'Trpc-Accept',
  'X-Trpc-Source',
  'Last-Event-Id',
  CSRF_HEADER,
].join(', ');
/** How many seconds a browser may cache a preflight; Chromium's limit is two hours. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Creates middleware for CORS with pages of these origins: they may send cookies and read responses
 * (ASVS 3.4.2). It answers preflights, with no permission for other origins. Mount it before
 * middleware that refuses methods.
 *
 * @param origins exact origins, no patterns
 * @throws OptionsError listing every value that is not an origin, with its fix
 * @example
 * import { crossOriginAccess, latchkey } from '@latchkey/http';
 *
 * const allowedOrigins = ['https://app.example.com'];
 * app.use(crossOriginAccess(allowedOrigins), latchkey({ layer, allowedOrigins }));
 */
export function crossOriginAccess(origins: readonly string[]) {
  const allowed = parseOrigins('crossOriginAccess', origins);
  return (
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void => {
    const { origin } = request.headers;
    appendToList(response, 'vary', VARIES_ON);
    if (origin !== undefined && allowed.includes(origin)) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-allow-credentials', 'true');
      appendToList(response, 'access-control-expose-headers', READABLE);
    }
    const isPreflight =
      request.method === 'OPTIONS' &&
      origin !== undefined &&
      request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight) {
      next();
      return;
    }
    if (allowed.includes(origin)) {
      appendToList(response, 'access-control-allow-methods', METHODS);
      appendToList(response, 'access-control-allow-headers', HEADERS);
      response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
    }
    response.writeHead(204).end();
  };
}
