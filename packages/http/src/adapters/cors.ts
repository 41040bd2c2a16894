import { CSRF_HEADER } from '../checks/csrf.ts';
import { parseOrigins, VARIES_ON } from '../checks/same-origin.ts';
import type { Exchange } from '../exchange.ts';
import type { Middleware } from './middleware.ts';
import { NodeExchange } from './node-exchange.ts';

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
];
/** How many seconds a browser may cache a preflight; Chromium's limit is two hours. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Permits pages of these origins to send cookies and to read the response (CORS; ASVS 3.4.2).
 * Pages of other origins get no permission.
 *
 * @param headers further request headers that these pages may send
 * @returns true for a preflight, which is to be answered with 204 and no body
 */
export function permitOrigins(
  exchange: Exchange,
  allowed: readonly string[],
  headers: readonly string[],
): boolean {
  const origin = exchange.header('origin');
  exchange.appendToList('vary', VARIES_ON);
  if (origin === undefined) return false;
  const isAllowed = allowed.includes(origin);
  if (isAllowed) {
    exchange.setHeader('access-control-allow-origin', origin);
    exchange.setHeader('access-control-allow-credentials', 'true');
    exchange.appendToList('access-control-expose-headers', READABLE);
  }
  const isPreflight =
    exchange.method === 'OPTIONS' && exchange.header('access-control-request-method') !== undefined;
  if (isPreflight && isAllowed) {
    exchange.appendToList('access-control-allow-methods', METHODS);
    exchange.appendToList('access-control-allow-headers', [...HEADERS, ...headers].join(', '));
    exchange.setHeader('access-control-max-age', String(PREFLIGHT_SECONDS));
  }
  return isPreflight;
}

/**
 * Creates middleware for CORS with pages of these origins, for routes that `latchkey` does not
 * stand in front of: it does the same for its own. Mount it before middleware that refuses methods.
 *
 * @param origins exact origins, no patterns
 * @throws OptionsError listing every value that is not an origin, with its fix
 * @example
 * import { crossOriginAccess, latchkey } from '@latchkey/http';
 *
 * const allowedOrigins = ['https://app.example.com'];
 * app.use(crossOriginAccess(allowedOrigins));
 * app.get('/health', (_request, response) => response.send('ok'));
 * app.use(latchkey({ layer, allowedOrigins }));
 */
export function crossOriginAccess(origins: readonly string[]): Middleware {
  const allowed = parseOrigins('crossOriginAccess', origins);
  return (request, response, next) => {
    if (permitOrigins(new NodeExchange(request, response), allowed, []))
      response.writeHead(204).end();
    else next();
  };
}
