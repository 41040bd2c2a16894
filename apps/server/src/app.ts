import type { Server } from 'node:http';
import {
  type CookieOptionsInput,
  cookieNames,
  latchkey,
  latchkeyWebSocket,
  parseCookieOptions,
  publicError,
  refuse,
  retryAfter,
  sendError,
} from '@latchkey/trpc';
import { TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { createContext } from './context.ts';
import { openApiDocument } from './features/docs/openapi.ts';
import { scalarPage } from './features/docs/scalar.ts';
import { publicKeys } from './features/keys/public-keys.ts';
import { type Logger, logDecision } from './log.ts';
import { refuseOtherThanJson, restRoutes } from './rest.ts';
import { createRouter } from './router.ts';
import type { Services } from './services.ts';
import { spa } from './spa.ts';

const BODY_LIMIT = 100 * 1024;
const MAX_BATCH = 10;

export interface AppDependencies {
  readonly services: Services;
  readonly cookies: CookieOptionsInput;
  readonly logger: Logger;
  /** Whether people may create accounts themselves. */
  readonly signUpOpen: boolean;
  /** How long ago the password may have been given, at most, for what needs a fresh one. */
  readonly reauthenticationSeconds: number;
  readonly trustProxy: number | string | null;
  readonly httpsOnly: boolean;
  /** Origins besides the server's own whose pages may send requests that change something. */
  readonly publicOrigins: readonly string[];
  /** Folder of the built SPA. */
  readonly webDist: string;
  readonly demo: boolean;
}

/** What a server serves. */
export interface App {
  /** The whole HTTP surface: probes and documents, then the API, then the SPA for every other page. */
  readonly app: Express;
  /** The API over WebSockets too. */
  acceptWebSockets(server: Server): void;
}

export function createApp({ services, cookies, logger, ...rest }: AppDependencies): App {
  const { layer, trail, clock, streams } = services;
  const router = createRouter({ ...services, signUpOpen: rest.signUpOpen, reauthenticationSeconds: rest.reauthenticationSeconds });
  const document = openApiDocument(router, cookieNames(parseCookieOptions(cookies)).accessToken);
  const session = latchkey({
    layer,
    streams,
    cookies,
    allowedOrigins: rest.publicOrigins,
    onDecision(decision) {
      logDecision(logger, decision, requestIdOf(decision.request));
      trail.onDecision(decision, clock.now());
    },
  });
  const report = (error: unknown, request: object) => {
    const { reason } = publicError(error);
    if (reason === 'internal' || reason === 'store_unavailable') logger.error({ event: 'fault', reason, requestId: requestIdOf(request), err: causeOf(error) });
  };

  const app = express().disable('x-powered-by').disable('etag');
  if (rest.trustProxy !== null) app.set('trust proxy', rest.trustProxy);

  app.use(nameRequest, probes(services.check), refuseOddRequests);
  if (rest.httpsOnly) app.use(refusePlainHttp);
  app.get('/openapi.json', (_req, res) => void res.json(document));
  app.use(scalarPage());
  app.get('/.well-known/jwks.json', publicKeys(services.keys));

  const trpc = { router, createContext, maxBodySize: BODY_LIMIT, maxBatchSize: MAX_BATCH, responseMeta: retryAfter };
  app.use('/trpc', refuseOtherThanJson, session, createExpressMiddleware({ ...trpc, onError: ({ error, req }) => report(error, req) }));
  app.all(Object.keys(document.paths ?? {}), refuseOtherThanJson, session, express.json({ limit: BODY_LIMIT }));
  app.use(restRoutes(router, createContext));

  app.use(spa(rest.webDist, rest.demo));
  app.use((_req, res) => sendError(res, new TRPCError({ code: 'NOT_FOUND' })));
  app.use(((error, req, res, next) => {
    const known = httpError(error);
    report(known, req);
    if (res.headersSent) next(known);
    else sendError(res, known);
  }) satisfies ErrorRequestHandler);
  return {
    app,
    acceptWebSockets(server) {
      const through = express().disable('x-powered-by');
      if (rest.trustProxy !== null) through.set('trust proxy', rest.trustProxy);
      through.use(nameRequest);
      if (rest.httpsOnly) through.use(refusePlainHttp);
      through.use(session);
      latchkeyWebSocket({ server, path: '/trpc', through, router, createContext, onError: ({ error, req }) => report(error, req) });
    },
  };
}

const nameRequest: RequestHandler = (_req, res, next) => {
  res.setHeader('x-request-id', crypto.randomUUID());
  next();
};

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

const refuseOddRequests: RequestHandler = (req, res, next) => {
  if (!METHODS.includes(req.method)) {
    res.setHeader('allow', METHODS.join(', '));
    return sendError(res, refuse('method_not_allowed'));
  }
  decodeURIComponent(req.path);
  next();
};

function requestIdOf(request: object): string {
  return String((request as Request).res?.getHeader('x-request-id'));
}

const refusePlainHttp: RequestHandler = (req, res, next) => {
  if (req.secure) next();
  else sendError(res, refuse('https_required'));
};

function probes(checkStore: Services['check']): RequestHandler {
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

/** Express and its body parser say what went wrong as an HTTP status; the rest is ours. */
function httpError(error: unknown): unknown {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413) return refuse('body_too_large');
  if (status === 415) return refuse('unsupported_media_type');
  if (status === 400 && error instanceof SyntaxError) return refuse('invalid_input', { message: 'The request body is not valid JSON.' });
  if (error instanceof URIError) return refuse('invalid_input', { message: 'The address is not valid.' });
  if (status === 404) return refuse('not_found');
  return typeof status === 'number' && status < 500 ? refuse('invalid_input') : error;
}

function causeOf(error: unknown): unknown {
  return error instanceof TRPCError && error.cause ? error.cause : error;
}
