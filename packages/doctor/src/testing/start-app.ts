import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionLayer, deriveKeyRing, memorySessionStore, systemClock } from '@latchkey/core';
import { latchkey, refusal, sendError, sessionOf } from '@latchkey/http';
import express, { type RequestHandler } from 'express';
import { WebSocketServer } from 'ws';
import type { VisitOptions } from '../visit/visit-options.ts';

const BOB = { id: '7', username: 'bob', role: 'User', tokenVersion: 0, disabled: false };
const SECRET = Buffer.from('the secret of these tests, number 1').toString('base64url');
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'x-content-type-options': 'nosniff',
  'x-request-id': '1',
};

/** The paths and the account of the app that {@link startApp} starts. */
export const APP = {
  username: 'bob',
  password: 'password',
  paths: {
    login: '/sign-in',
    logout: '/sign-out',
    read: '/mine',
    address: '/sessions',
    stream: '/live/events',
    webSocket: '/live',
  },
  headers: Object.keys(HEADERS),
} satisfies Partial<VisitOptions>;

/** How an app of {@link startApp} differs from the usual one. */
export interface AppOptions {
  readonly hostPrefix?: boolean;
  readonly accessTokenSeconds?: number;
  readonly isHttpsOnly?: boolean;
  readonly isLimited?: boolean;
}

const signedIn: RequestHandler = (request, response, next) => {
  const { principal, outage } = sessionOf(request);
  if (principal) next();
  else sendError(response, outage ?? refusal('no_credentials'));
};

/** Starts an app on Express and `@latchkey/http`, behind one proxy. */
export async function startApp({
  hostPrefix = false,
  accessTokenSeconds = 600,
  isHttpsOnly = false,
  isLimited = false,
}: AppOptions = {}) {
  const layer = createSessionLayer({
    ring: deriveKeyRing([SECRET]),
    store: memorySessionStore(),
    users: { findUser: async (id) => (id === BOB.id ? BOB : null) },
    clock: systemClock,
    options: { accessTokenSeconds },
  });
  const app = express().set('trust proxy', 1);
  app.use((request, response, next) => {
    response.set(HEADERS);
    if (isHttpsOnly && !request.secure) sendError(response, refusal('https_required'));
    else if (request.hostname === 'backend') sendError(response, refusal('host_not_allowed'));
    else next();
  });
  app.use(latchkey({ layer, cookies: { hostPrefix } }), express.json());
  app.post(APP.paths.login, async (request, response) => {
    if (isLimited) return sendError(response, refusal('rate_limited', { retryAfterSeconds: 30 }));
    if (request.body.password !== APP.password)
      return sendError(response, refusal('invalid_credentials'));
    await sessionOf(request).actions.signIn(BOB);
    response.json({ message: 'Signed in' });
  });
  app.post(APP.paths.logout, async (request, response) => {
    await sessionOf(request).actions.signOut();
    response.json({ message: 'Signed out' });
  });
  app.get(APP.paths.read, signedIn, (_request, response) => void response.send('yours'));
  app.get(APP.paths.address, signedIn, async (request, response) => {
    const { sessions } = await layer.sessionsOf(BOB.id);
    const current = sessionOf(request).principal?.sessionId;
    response.json(sessions.map(({ id, ipAddress }) => ({ current: id === current, ipAddress })));
  });
  app.get(APP.paths.stream, signedIn, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: connected\n\n');
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  new WebSocketServer({ server, path: APP.paths.webSocket });
  await once(server, 'listening');
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    layer,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await layer.close();
    },
  };
}

export type TestApp = Awaited<ReturnType<typeof startApp>>;
