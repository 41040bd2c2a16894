import { METHODS } from 'node:http';
import type { RequestHandler } from 'express';
import { onClosed } from '../../edge/on-closed.ts';
import type { Metrics } from './metrics.ts';

const OWN = [
  '/livez',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/scalar',
  '/.well-known/jwks.json',
  '/csp-reports',
];
const USUAL_METHODS = new Set(
  METHODS.filter((method) => /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method)),
);

/**
 * Times each request until its response is sent or its client disconnects. The route label is one
 * of a closed set, so that invented paths create no series.
 *
 * @param documented the paths of the plain HTTP interface
 */
export function countRequests(
  { observeRequest }: Pick<Metrics, 'observeRequest'>,
  documented: readonly string[],
): RequestHandler {
  const known = new Set([...OWN, ...documented]);
  const routeOf = (path: string) => {
    if (known.has(path)) return path;
    if (path === '/trpc' || path.startsWith('/trpc/')) return '/trpc';
    return 'other';
  };
  return (req, res, next) => {
    const start = performance.now();
    const route = routeOf(req.path);
    const method = USUAL_METHODS.has(req.method) ? req.method : 'other';
    onClosed(res, () => {
      const status = res.headersSent ? `${Math.floor(res.statusCode / 100)}xx` : 'aborted';
      observeRequest({ method, route, status }, (performance.now() - start) / 1000);
    });
    next();
  };
}
