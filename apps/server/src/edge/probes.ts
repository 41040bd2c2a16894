import express, { type RequestHandler } from 'express';
import type { ReadinessGate } from './readiness.ts';

/**
 * Serves the health probes. `/livez` answers 200 while the process runs. `/readyz` answers 200
 * while it can serve, and 503 with the names of the failed checks or while it drains.
 */
export function probes(gate: Pick<ReadinessGate, 'check'>): RequestHandler {
  const routes = express.Router();
  routes.get(
    '/livez',
    (_req, res) => void res.set('cache-control', 'no-store').json({ status: 'alive' }),
  );
  routes.get('/readyz', async (_req, res) => {
    const { ready, status, checks } = await gate.check();
    if (!ready) res.set('retry-after', '1');
    res
      .status(ready ? 200 : 503)
      .set('cache-control', 'no-store')
      .json({ status, checks });
  });
  return routes;
}
