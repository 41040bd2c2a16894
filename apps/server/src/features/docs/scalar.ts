import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { apiReference } from '@scalar/express-api-reference';
import compression from 'compression';
import { type RequestHandler, Router } from 'express';
import { nonceOf, pagePolicy } from '../../edge/security-headers.ts';

const PAGE = {
  url: '/openapi.json',
  pageTitle: 'Latchkey API',
  cdn: '/scalar/standalone.js',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
};

/** `/scalar`: the API reference, from this server alone. */
export function scalarPage(): Router {
  const router = Router();
  router.use('/scalar', compression());
  const entry = createRequire(import.meta.url).resolve('@scalar/api-reference');
  const script = join(dirname(entry), 'browser', 'standalone.js');
  router.get('/scalar/standalone.js', (_request, response) => response.sendFile(script, { maxAge: '1d', dotfiles: 'allow' }));
  /** Its styles are set by script as it goes, so these may be inline here. */
  router.get('/scalar', pagePolicy({ inlineStyles: true }), (request, response, next) => {
    const show = apiReference({ ...PAGE, nonce: nonceOf(response) }) as RequestHandler;
    show(request, response, next);
  });
  return router;
}
