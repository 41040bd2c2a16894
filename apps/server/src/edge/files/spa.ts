import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sessionOf } from '@latchkey/http';
import { describeSession, type SessionView } from '@latchkey/trpc';
import compression from 'compression';
import express, { type Request, type RequestHandler, Router } from 'express';
import { admitScripts, pagePolicy } from '../security-headers.ts';
import { compressedFile } from './compressed-file.ts';

const NOT_BUILT =
  '<!doctype html><title>Latchkey</title><p>The web app is not built yet. <code>npm start</code> builds it; in development it is at http://localhost:5173.';

export interface SpaOptions {
  /** Whether the demo accounts exist; if so, the sign-in page says it. */
  readonly demo: boolean;
  /**
   * Authenticates the request for a page. Runs only for a page that was opened from this site or
   * typed into the browser.
   */
  readonly session: RequestHandler;
}

/**
 * Serves the single-page app from its build: hashed assets, cached for a year, and its HTML page
 * for every other address. The page embeds the session view, so that the first paint already shows
 * the signed-in user.
 */
export function spa(dist: string, { demo, session }: SpaOptions): Router {
  const router = Router();
  const page = readPage(dist, demo);
  const assets = join(dist, 'assets');
  router.use('/assets', compressedAssets(assets), compression());
  /** Redirects to folders are off: the redirect's response would replace the CSP by a laxer one. */
  router.use(
    '/assets',
    express.static(assets, {
      immutable: true,
      maxAge: YEAR_SECONDS * 1000,
      fallthrough: false,
      redirect: false,
    }),
  );
  router.use(compression(), express.static(dist, { index: false, redirect: false }));
  router.get('/{*path}', onlyPages, known(session), servePage(page, pagePolicy()));
  return router;
}

const YEAR_SECONDS = 31_536_000;
const IS_TEXT = /\.(js|css|svg|json|map)$/;

/** Serves the hashed assets that are worth compressing, each compressed once. */
function compressedAssets(folder: string): RequestHandler {
  const options = { maxAgeSeconds: YEAR_SECONDS, immutable: true };
  const files = new Map(
    namesIn(folder).flatMap((name) =>
      IS_TEXT.test(name) ? [[`/${name}`, compressedFile(join(folder, name), options)]] : [],
    ),
  );
  return (req, res, next) => {
    const serve = req.method === 'GET' || req.method === 'HEAD' ? files.get(req.path) : undefined;
    return serve ? serve(req, res, next) : next();
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Addresses that only programs use: an unknown one is answered with 404, not with a page. */
const NOT_A_PAGE = /^\/(\.well-known|metrics|trpc|assets|__inspector)(\/|$)/;

/**
 * Passes only clients that accept HTML; a client that accepts JSON gets a JSON error instead of a
 * page.
 */
const onlyPages: RequestHandler = (req, _res, next) =>
  req.accepts('html') && !NOT_A_PAGE.test(req.path) ? next() : next('route');

/**
 * Whether the request opens a document from this site or typed in (Fetch Metadata): no foreign
 * script can read it, and SameSite cookies are sent with it.
 */
const isOpened = (req: Request) =>
  req.get('sec-fetch-dest') === 'document' &&
  /^(same-origin|none)$/.test(req.get('sec-fetch-site') ?? '');

function known(session: RequestHandler): RequestHandler {
  return (req, res, next) => (isOpened(req) ? session(req, res, next) : next());
}

function servePage(page: string, policy: RequestHandler): RequestHandler {
  return (req, res, next) => {
    const view = isOpened(req) ? viewOf(req) : null;
    res.setHeader('cache-control', view ? 'no-store' : 'no-cache');
    policy(req, res, (error) =>
      error ? next(error) : void res.type('html').send(embed(admitScripts(page, res), view)),
    );
  };
}

/**
 * Returns the session view to embed in the page; null unless the caller is signed in. For any other
 * outcome the page asks for the session itself and explains it.
 */
function viewOf(req: Request): SessionView | null {
  try {
    const view = describeSession(sessionOf(req));
    return view.principal && view;
  } catch {
    return null;
  }
}

/**
 * Embeds the session view in the page as a data block, which is not executed. Its content has no
 * `<`, so it cannot close the block early.
 */
function embed(page: string, view: SessionView | null): string {
  if (!view) return page;
  const json = JSON.stringify(view).replaceAll('<', '\\u003c');
  return page.replace(
    '</head>',
    () => `<script type="application/json" id="latchkey-session">${json}</script></head>`,
  );
}

function readPage(dist: string, demo: boolean): string {
  try {
    const page = readFileSync(join(dist, 'index.html'), 'utf8');
    return demo
      ? page.replace('</head>', '<meta name="latchkey-demo" content="true"></head>')
      : page;
  } catch {
    return NOT_BUILT;
  }
}
