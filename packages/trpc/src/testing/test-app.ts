import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  createSessionLayer,
  deriveKeyRing,
  type LayerEvent,
  memorySessionStore,
  type SessionLayer,
  type SessionLayerDependencies,
} from '@latchkey/core';
import {
  type Browser,
  createBrowser,
  type SettableClock,
  settableClock,
} from '@latchkey/core/testing';
import type { AuthenticationDecision, Middleware } from '@latchkey/http';
import { type MemoryUsers, memoryUsers, observedStore } from '@latchkey/test-support';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { type LatchkeyOptions, latchkey } from '../latchkey.ts';
import { createLatchkeyContext } from '../procedures/context.ts';
import { responseMeta } from '../procedures/errors.ts';
import { streamRegistry } from '../streams/stream-registry.ts';
import type { StreamLimitsInput } from '../streams/stream-slots.ts';
import { latchkeyWebSocket } from '../streams/websocket.ts';
import { streamProcedures } from './stream-procedures.ts';
import { gates, testRouter } from './test-router.ts';

export interface TestAppOptions
  extends Partial<Pick<SessionLayerDependencies, 'options' | 'store' | 'ring' | 'feed'>>,
    Partial<Pick<LatchkeyOptions, 'cookies' | 'accessTokenFrom' | 'allowedOrigins' | 'trustHost'>> {
  /** A clock that the app shares with a feed. */
  readonly clock?: SettableClock;
  /** Users that the app shares with another one: two nodes with one store and one feed. */
  readonly users?: MemoryUsers;
  readonly limits?: StreamLimitsInput;
  readonly isOverloaded?: (caller: { readonly isAnonymous: boolean }) => boolean;
  /** Puts other middleware around Latchkey's; by default none. */
  readonly arrange?: (authenticate: Middleware) => Middleware[];
}

/** Starts an Express app behind Latchkey, on a real port and a settable clock. */
export async function startTestApp(given: TestAppOptions = {}) {
  const {
    options = {},
    ring: givenRing,
    feed,
    clock = settableClock(),
    users = memoryUsers(),
    limits,
    isOverloaded,
    arrange,
    store: innerStore,
    ...edge
  } = given;
  const store = observedStore(innerStore ?? memorySessionStore());
  const events: LayerEvent[] = [];
  const decisions: AuthenticationDecision[] = [];
  const ring =
    givenRing ??
    deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]);
  const plain = createSessionLayer({
    options,
    ring,
    store,
    users,
    clock,
    feed,
    onEvent: (event) => events.push(event),
  });
  const watched = new Set<object>();
  const layer: SessionLayer = {
    ...plain,
    watch(principal, onNotice) {
      const unwatch = plain.watch(principal, onNotice);
      watched.add(unwatch);
      return () => {
        watched.delete(unwatch);
        unwatch();
      };
    },
  };
  await layer.start();
  const { pass, ...gate } = gates();
  const streams = streamRegistry(limits, clock);
  const { routes, ...log } = streamProcedures();
  const authenticate = latchkey({
    layer,
    streams,
    onDecision: (decision) => decisions.push(decision),
    trustHost: true,
    ...edge,
    cookies: { hostPrefix: false, ...edge.cookies },
  });
  const pipeline = arrange?.(authenticate) ?? [authenticate];
  const router = testRouter(users, pass, routes);

  const app = express();
  app.use('/trpc', ...pipeline);
  app.use(
    '/trpc',
    createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) =>
    sockets.add(socket.once('close', () => sockets.delete(socket))),
  );
  const faults: Error[] = [];
  const through: Middleware = (request, response, next) =>
    express().use(...pipeline)(request as never, response as never, next);
  latchkeyWebSocket({
    server,
    path: '/trpc',
    through,
    router,
    createContext: createLatchkeyContext,
    onError: ({ error }) => faults.push(error),
    ...(isOverloaded && { isOverloaded }),
    pingSeconds: 1,
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;

  const browser = (userAgent?: string): Browser =>
    createBrowser({ origin, clock, ...(userAgent !== undefined && { userAgent }) });
  return {
    origin,
    clock,
    users,
    store,
    ring,
    layer,
    events,
    decisions,
    gate,
    streams,
    /** The followed sessions, one entry for each. */
    watched,
    log,
    /** Errors of calls over WebSockets. */
    faults,
    browser,
    /** Returns a browser that has signed in. */
    async signedIn(username = 'alice', userAgent?: string): Promise<Browser> {
      const signedInBrowser = browser(userAgent);
      const { status, body } = await signedInBrowser.post('/trpc/auth.login', {
        username,
        password: 'password',
      });
      if (status !== 200) throw new Error(`sign-in failed: ${status} ${body}`);
      return signedInBrowser;
    },
    /** Returns the server's ends of all connections. */
    sockets: (): readonly Socket[] => [...sockets],
    /** Cuts all connections, as a lost network does. */
    dropConnections(): void {
      for (const socket of sockets) socket.destroy();
    },
    async close(): Promise<void> {
      streams.stop();
      await layer.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type TestApp = Awaited<ReturnType<typeof startTestApp>>;
