import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createSessionLayer,
  deriveKeyRing,
  type LayerEvent,
  memoryRevocationFeed,
  memorySessionStore,
  type RevocationFeed,
  type SessionLayer,
} from '@latchkey/core';
import { type Browser, createBrowser, settableClock } from '@latchkey/core/testing';
import { refusal, sessionOf } from '@latchkey/http';
import { memoryUsers } from '@latchkey/test-support';
import { latchkey, requirePrincipal, sendError } from '@latchkey/trpc';
import { streamRegistry } from '@latchkey/trpc/streams';
import express, { type NextFunction, type Request, type Response } from 'express';
import { ageableStore, createInspector, type InspectorOptions } from '../server/index.ts';
import { watchEvents } from './watch-events.ts';

export interface InspectorAppOptions
  extends Partial<Pick<InspectorOptions, 'path' | 'isEnabled' | 'explainEnd'>> {
  /** The revocation feed of the app; null for an app without one. */
  readonly feed?: RevocationFeed | null;
  /** Whether waiting times can be skipped. */
  readonly canSkip?: boolean;
  /** Replaces the session layer that the inspector gets. */
  readonly wrapLayer?: (layer: SessionLayer) => SessionLayer;
}

const SECRET = Buffer.from('the secret of these tests, number 1').toString('base64url');
const COOKIES = { hostPrefix: false } as const;

/**
 * Starts an app with the inspector that is not the reference app: Express and the packages,
 * sessions in memory, on a real port and a settable clock.
 */
export async function startInspectorApp({
  feed,
  wrapLayer = (layer) => layer,
  canSkip = true,
  ...options
}: InspectorAppOptions = {}) {
  const clock = settableClock();
  const users = memoryUsers();
  const store = ageableStore(memorySessionStore());
  const ring = deriveKeyRing([SECRET]);
  const events: LayerEvent[] = [];
  const plain = createSessionLayer({
    options: { accessTokenSeconds: 60, graceSeconds: 15 },
    ring,
    store,
    users,
    clock,
    ...(feed !== null && { feed: feed ?? memoryRevocationFeed(clock) }),
    onEvent(event) {
      events.push(event);
      inspector.onEvent(event);
    },
  });
  const inspector = createInspector({
    layer: wrapLayer(plain),
    ring,
    cookies: COOKIES,
    store: canSkip ? store : null,
    ...options,
  });
  const { layer } = inspector;
  await layer.start();
  const streams = streamRegistry({}, clock);
  const session = latchkey({ layer, streams, cookies: COOKIES, trustHost: true });

  const app = express();
  app.use(inspector.middleware(session), session, express.json());
  app.post('/login', async (request, response) => {
    const { username, password } = request.body;
    const user = password === 'password' ? users.byName(username) : null;
    if (!user) return sendError(response, refusal('invalid_credentials'));
    await sessionOf(request).actions.signIn(user);
    response.json({});
  });
  app.post('/refresh', async (request, response) => {
    await sessionOf(request).refresh();
    response.json({});
  });
  app.post('/logout', async (request, response) => {
    await sessionOf(request).actions.signOut();
    response.json({});
  });
  app.get('/mine', (request, response) => {
    response.json({ username: requirePrincipal(sessionOf(request)).username });
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) =>
    sendError(response, error),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;

  const browser = (): Browser => createBrowser({ origin, clock });
  return {
    origin,
    clock,
    users,
    store,
    streams,
    events,
    browser,
    async signedIn(username = 'bob'): Promise<Browser> {
      const signedInBrowser = browser();
      await signedInBrowser.post('/login', { username, password: 'password' });
      return signedInBrowser;
    },
    watch: (watching: Browser) => watchEvents(origin + (options.path ?? '/__inspector'), watching),
    async close(): Promise<void> {
      streams.stop();
      await layer.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type InspectorApp = Awaited<ReturnType<typeof startInspectorApp>>;
