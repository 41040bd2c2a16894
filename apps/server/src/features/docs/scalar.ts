import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { apiReference } from '@scalar/express-api-reference';
import compression from 'compression';
import { type RequestHandler, Router } from 'express';
import { compressedFile } from '../../edge/files/compressed-file.ts';
import { nonceOf, pagePolicy } from '../../edge/security-headers.ts';

const PAGE = {
  url: '/openapi.json',
  pageTitle: 'Latchkey API',
  cdn: '/scalar/standalone.js',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
};

/** Serves `/scalar`, the API reference, from local assets only. */
export function scalarPage(): Router {
  const router = Router();
  const entry = createRequire(import.meta.url).resolve('@scalar/api-reference');
  const script = join(dirname(entry), 'browser', 'standalone.js');
  router.get('/scalar/standalone.js', compressedFile(script, { maxAgeSeconds: 86_400 }));
  /** Allows inline styles on this page, because Scalar sets its styles by script. */
  router.get(
    '/scalar',
    compression(),
    pagePolicy({ inlineStyles: true }),
    (request, response, next) => {
      const show = apiReference({ ...PAGE, nonce: nonceOf(response) }) as RequestHandler;
      show(request, response, next);
    },
  );
  return router;
}
