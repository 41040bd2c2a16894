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
  /** Whether the demo accounts exist; the sign-in page then says so. */
  readonly demo: boolean;
  /**
   * Finds out whose request it is. Asked only for a page opened from this site, or by hand.
   */
  readonly session: RequestHandler;
}

/**
 * The single-page app from its build: hashed assets for a year, and its page for every other
 * address a browser opens. Who is signed in stands in the page already, so that nothing else is
 * drawn first.
 */
export function spa(dist: string, { demo, session }: SpaOptions): Router {
  const router = Router();
  const page = readPage(dist, demo);
  const assets = join(dist, 'assets');
  router.use('/assets', compressedAssets(assets), compression());
  /**
   * Without redirects to folders: their answers replace the policy of every other answer by a laxer
   * one.
   */
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

/** The hashed assets that are worth compressing, each compressed once. */
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

/** Addresses for machines: what is not there is not a page either. */
const NO_PAGE = /^\/(\.well-known|metrics|trpc|assets|__inspector)(\/|$)/;

/** Pages are for those who ask for HTML; a script that asks for JSON gets an error it can read. */
const onlyPages: RequestHandler = (req, _res, next) =>
  req.accepts('html') && !NO_PAGE.test(req.path) ? next() : next('route');

/**
 * A document from here or typed in (Fetch Metadata): no script can read it, and cookies kept to
 * this site do come with it.
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
 * Null unless a user is signed in: whatever else may be the matter, the page asks for itself and
 * explains it.
 */
function viewOf(req: Request): SessionView | null {
  try {
    const view = describeSession(sessionOf(req));
    return view.principal && view;
  } catch {
    return null;
  }
}

/** As data, which no browser runs. Without `<`, nothing in it can end it early. */
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
