import { equalSecrets } from '@latchkey/core';
import { refuse, sendError } from '@latchkey/trpc';
import type { RequestHandler } from 'express';
import type { Env } from '../../config/env.ts';
import type { Metrics } from './metrics.ts';

/**
 * Serves metrics in Prometheus's text format. With METRICS_TOKEN, it answers only requests that
 * bear the token; without, only in a demo (`Env.demo`). The token is compared in constant time
 * (ASVS 11.2.4).
 */
export function metricsPage(
  { registry }: Pick<Metrics, 'registry'>,
  { metricsToken, demo }: Pick<Env, 'metricsToken' | 'demo'>,
): RequestHandler {
  return async (req, res) => {
    if (metricsToken === null && !demo) return sendError(res, refuse('not_found'));
    if (
      metricsToken !== null &&
      !equalSecrets(req.headers.authorization ?? '', `Bearer ${metricsToken}`)
    ) {
      res.setHeader('www-authenticate', 'Bearer');
      return sendError(
        res,
        refuse('no_credentials', { message: 'Send METRICS_TOKEN as a bearer token.' }),
      );
    }
    res.setHeader('cache-control', 'no-store');
    res.type(registry.contentType).end(await registry.metrics());
  };
}
