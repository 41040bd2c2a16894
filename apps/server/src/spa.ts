import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import compression from 'compression';
import express, { type RequestHandler, Router } from 'express';
import { admitScripts, pagePolicy } from './edge/security-headers.ts';

const NOT_BUILT =
  '<!doctype html><title>Latchkey</title><p>The web app is not built yet. <code>npm start</code> builds it; in development it is at http://localhost:5173.';

/**
 * The single-page app from its build: hashed assets for a year, and its page for every other address a browser opens.
 *
 * @param demo whether the demo accounts exist; the sign-in page then says so
 */
export function spa(dist: string, demo: boolean): Router {
  const router = Router();
  const page = readPage(dist, demo);
  router.use(compression());
  router.use('/assets', express.static(join(dist, 'assets'), { immutable: true, maxAge: '365d', fallthrough: false }));
  router.use(express.static(dist, { index: false }));
  router.get('/{*path}', servePage(page, pagePolicy()));
  return router;
}

/** Addresses for machines: what is not there is not a page either. */
const NO_PAGE = /^\/(\.well-known|metrics|trpc|assets)(\/|$)/;

/** Pages are for those who ask for HTML; a script that asks for JSON gets an error it can read. */
function servePage(page: string, policy: RequestHandler): RequestHandler {
  return (req, res, next) => {
    if (!req.accepts('html') || NO_PAGE.test(req.path)) return next();
    res.setHeader('cache-control', 'no-cache');
    policy(req, res, () => void res.type('html').send(admitScripts(page, res)));
  };
}

function readPage(dist: string, demo: boolean): string {
  try {
    const page = readFileSync(join(dist, 'index.html'), 'utf8');
    return demo ? page.replace('</head>', '<meta name="latchkey-demo" content="true"></head>') : page;
  } catch {
    return NOT_BUILT;
  }
}
