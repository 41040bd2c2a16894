import type { Server } from 'node:http';
import { cookieNames, latchkey, latchkeyWebSocket, parseCookieOptions, retryAfter, sendError } from '@latchkey/trpc';
import { TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express } from 'express';
import { createContext } from './context.ts';
import { answerErrors, faultReport } from './edge/http-error.ts';
import { refusePlainHttp } from './edge/https-only.ts';
import { refuseOtherThanJson } from './edge/json-only.ts';
import { refuseOddRequests } from './edge/methods.ts';
import { probes } from './edge/probes.ts';
import { nameRequest, requestIdOf } from './edge/request-id.ts';
import type { Env } from './env.ts';
import { openApiDocument } from './features/docs/openapi.ts';
import { scalarPage } from './features/docs/scalar.ts';
import { publicKeys } from './features/keys/public-keys.ts';
import { type Logger, logDecision } from './log.ts';
import { restRoutes } from './rest.ts';
import { createRouter } from './router.ts';
import type { Services } from './services.ts';
import { spa } from './spa.ts';

const BODY_LIMIT = 100 * 1024;
const MAX_BATCH = 10;

export interface AppDependencies {
  readonly services: Services;
  readonly env: Env;
  readonly logger: Logger;
  /** Folder of the built SPA. */
  readonly webDist: string;
}

/** What a server serves. */
export interface App {
  /** The whole HTTP surface: probes and documents, then the API, then the SPA for every other page. */
  readonly app: Express;
  /** The API over WebSockets too. */
  acceptWebSockets(server: Server): void;
}

export function createApp({ services, env, logger, webDist }: AppDependencies): App {
  const { layer, trail, clock, streams } = services;
  const router = createRouter({ ...services, ...env });
  const document = openApiDocument(router, cookieNames(parseCookieOptions(env.cookies)).accessToken);
  const session = latchkey({
    layer,
    streams,
    cookies: env.cookies,
    allowedOrigins: env.publicOrigins,
    onDecision(decision) {
      logDecision(logger, decision, requestIdOf(decision.request));
      trail.onDecision(decision, clock.now());
    },
  });
  const report = faultReport(logger);

  const app = express().disable('x-powered-by').disable('etag');
  if (env.trustProxy !== null) app.set('trust proxy', env.trustProxy);

  app.use(nameRequest, probes(services.check), refuseOddRequests);
  if (env.production) app.use(refusePlainHttp);
  app.get('/openapi.json', (_req, res) => void res.json(document));
  app.use(scalarPage());
  app.get('/.well-known/jwks.json', publicKeys(services.keys));

  const trpc = { router, createContext, maxBodySize: BODY_LIMIT, maxBatchSize: MAX_BATCH, responseMeta: retryAfter };
  app.use('/trpc', refuseOtherThanJson, session, createExpressMiddleware({ ...trpc, onError: ({ error, req }) => report(error, req) }));
  app.all(Object.keys(document.paths ?? {}), refuseOtherThanJson, session, express.json({ limit: BODY_LIMIT }));
  app.use(restRoutes(router, createContext));

  app.use(spa(webDist, !env.production));
  app.use((_req, res) => sendError(res, new TRPCError({ code: 'NOT_FOUND' })));
  app.use(answerErrors(report));
  return {
    app,
    acceptWebSockets(server) {
      const through = express().disable('x-powered-by');
      if (env.trustProxy !== null) through.set('trust proxy', env.trustProxy);
      through.use(nameRequest);
      if (env.production) through.use(refusePlainHttp);
      through.use(session);
      latchkeyWebSocket({ server, path: '/trpc', through, router, createContext, onError: ({ error, req }) => report(error, req) });
    },
  };
}
