import type { Server } from 'node:http';
import { cookieNames, crossOriginAccess, parseCookieOptions } from '@latchkey/http';
import { latchkey, refuse, responseMeta, sendError } from '@latchkey/trpc';
import { latchkeyWebSocket } from '@latchkey/trpc/streams';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express } from 'express';
import { createContext } from './api/context.ts';
import { restRoutes } from './api/rest.ts';
import { createRouter } from './api/router.ts';
import type { Env } from './config/env.ts';
import { requireAllowedHost } from './edge/allowed-hosts.ts';
import { cspReports } from './edge/csp-reports.ts';
import { spa } from './edge/files/spa.ts';
import { answerErrors, faultReport } from './edge/http-error.ts';
import { requireHttps } from './edge/https-only.ts';
import { BODY_LIMIT, parseJson, readJson } from './edge/json-body.ts';
import { rejectMalformedRequests } from './edge/methods.ts';
import { type BackPressure, inTurn } from './edge/overload/back-pressure.ts';
import { probes } from './edge/probes.ts';
import type { ReadinessGate } from './edge/readiness.ts';
import { assignRequestId, requestIdOf } from './edge/request-id.ts';
import { securityHeaders } from './edge/security-headers.ts';
import { openApiDocument } from './features/docs/openapi.ts';
import { scalarPage } from './features/docs/scalar.ts';
import { appInspector } from './features/inspector/app-inspector.ts';
import { publicKeys } from './features/keys/public-keys.ts';
import { countRequests } from './features/metrics/count-requests.ts';
import { metricsPage } from './features/metrics/metrics-page.ts';
import { type Logger, logDecision } from './process/log.ts';
import type { Services } from './services/services.ts';

const MAX_BATCH = 10;

export interface AppDependencies {
  readonly services: Services;
  readonly env: Env;
  readonly logger: Logger;
  readonly gate: Pick<ReadinessGate, 'check'>;
  readonly pressure: Pick<BackPressure, 'shedLoad' | 'share' | 'isOverloaded'>;
  /** Folder of the built single-page app. */
  readonly webDist: string;
}

/** The HTTP surface of one server process. */
export interface App {
  /**
   * The Express app. It serves probes and documents first, then the API, then the single-page app
   * for every other address.
   */
  readonly app: Express;
  /** Makes an HTTP server serve the API over WebSockets as well. */
  acceptWebSockets(server: Server): void;
}

export function createApp({
  services,
  env,
  logger,
  gate,
  pressure,
  webDist,
}: AppDependencies): App {
  const { layer, trail, clock, streams, devices, metrics } = services;
  const router = createRouter({ ...env, ...services });
  const document = openApiDocument(router, cookieNames(parseCookieOptions(env.cookies)));
  const inspector = env.demo ? appInspector(services, env) : null;
  const session = latchkey({
    layer: inspector?.layer ?? layer,
    streams,
    devices,
    cookies: env.cookies,
    allowedOrigins: env.publicOrigins,
    trustHost: !env.production,
    onDecision(decision) {
      logDecision(logger, decision, requestIdOf(decision.request));
      trail.onDecision(decision, clock.now());
      metrics.onDecision(decision);
    },
  });
  const report = faultReport(logger);
  const turns = inTurn(streams.calls);

  const app = express().disable('x-powered-by').disable('etag');
  if (env.trustProxy !== null) app.set('trust proxy', env.trustProxy);

  const counted = countRequests(metrics, Object.keys(document.paths ?? {}));
  const headers = securityHeaders(env.production);
  const admit = [
    requireAllowedHost(env.publicOrigins, env.allowedHosts),
    ...(env.production ? [requireHttps] : []),
  ];

  /**
   * The probes come before the host and HTTPS checks, because load balancers call them by IP
   * address and over plain HTTP. `/metrics` comes before load shedding.
   */
  app.use(
    assignRequestId,
    counted,
    headers,
    rejectMalformedRequests,
    probes(gate),
    ...admit,
    crossOriginAccess(env.publicOrigins),
  );
  app.get('/metrics', metricsPage(metrics, env));
  app.use(pressure.shedLoad);
  if (inspector) app.use(inspector.middleware(session));
  app.use(cspReports(logger, clock.now));
  const documentJson = Buffer.from(JSON.stringify(document));
  app.get('/openapi.json', (_req, res) => void res.type('json').send(documentJson));
  app.use(scalarPage());
  app.get('/.well-known/jwks.json', publicKeys(services.keys));

  const trpc = {
    router,
    createContext,
    maxBodySize: BODY_LIMIT,
    maxBatchSize: MAX_BATCH,
    responseMeta,
  };
  app.use(
    '/trpc',
    session,
    pressure.share,
    readJson,
    turns,
    createExpressMiddleware({ ...trpc, onError: ({ error, req }) => report(error, req) }),
  );
  app.all(Object.keys(document.paths ?? {}), session, pressure.share, readJson, parseJson, turns);
  app.use(restRoutes(router, createContext));

  app.use(spa(webDist, { demo: env.demo, session }));
  app.use((_req, res) => sendError(res, refuse('not_found')));
  app.use(answerErrors(report));
  return {
    app,
    acceptWebSockets(server) {
      const through = express().disable('x-powered-by');
      if (env.trustProxy !== null) through.set('trust proxy', env.trustProxy);
      through.use(assignRequestId, headers, ...admit, pressure.shedLoad, session);
      latchkeyWebSocket({
        server,
        path: '/trpc',
        through,
        router,
        createContext,
        isOverloaded: pressure.isOverloaded,
        onError: ({ error, req }) => report(error, req),
      });
    },
  };
}
