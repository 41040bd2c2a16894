import express, { type RequestHandler } from 'express';

/** `/livez`: the process answers. `/readyz`: it can serve. */
export function probes(checkStore: () => Promise<void>): RequestHandler {
  const routes = express.Router();
  routes.get('/livez', (_req, res) => void res.type('text/plain').send('ok'));
  routes.get('/readyz', async (_req, res) => {
    const ready = await checkStore().then(
      () => true,
      () => false,
    );
    res
      .status(ready ? 200 : 503)
      .type('text/plain')
      .send(ready ? 'ready' : 'the store cannot answer');
  });
  return routes;
}
