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
import type { AuthenticationDecision, LatchkeySteps, Middleware } from '@latchkey/http';
import { type MemoryUsers, memoryUsers, observedStore } from '@latchkey/test-support';
import { initTRPC, tracked } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
// Imported so that TypeScript can name the subscription's type (TS2883).
import type {} from '@trpc/server/unstable-core-do-not-import';
import express from 'express';
import { z } from 'zod';
import { type LatchkeyOptions, latchkeySteps } from '../latchkey.ts';
import { authRouter } from '../procedures/auth-router.ts';
import { createLatchkeyContext, type LatchkeyContext } from '../procedures/context.ts';
import { formatError, responseMeta } from '../procedures/errors.ts';
import { latchkeyProcedures } from '../procedures/procedures.ts';
import type { RestMeta } from '../procedures/rest-meta.ts';
import { streamRegistry } from '../streams/stream-registry.ts';
import type { StreamLimitsInput } from '../streams/stream-slots.ts';
import { latchkeyWebSocket } from '../streams/websocket.ts';
import { streamProcedures } from './stream-procedures.ts';

/** Creates gates at which handlers wait until a test opens them. */
function gates() {
  const open = new Map<
    string,
    { reached: PromiseWithResolvers<void>; released: PromiseWithResolvers<void> }
  >();
  const gate = (name: string) => {
    const known = open.get(name) ?? {
      reached: Promise.withResolvers<void>(),
      released: Promise.withResolvers<void>(),
    };
    open.set(name, known);
    return known;
  };
  return {
    /** Waits at a gate; called by a handler. */
    async pass(name: string): Promise<void> {
      gate(name).reached.resolve();
      await gate(name).released.promise;
    },
    /** Resolves when a handler is waiting at the gate. */
    reached: (name: string) => gate(name).reached.promise,
    release: (name: string) => gate(name).released.resolve(),
  };
}

const t = initTRPC
  .context<LatchkeyContext>()
  .meta<RestMeta>()
  .create({ errorFormatter: formatError });
const {
  signedIn,
  revalidated,
  withRole,
  withRevalidatedRole,
  recentlyAuthenticated,
  withRecentlyAuthenticatedRole,
} = latchkeyProcedures<'Admin' | 'User'>();
const protectedProcedure = t.procedure.concat(signedIn);

type StreamRoutes = ReturnType<typeof streamProcedures>['routes'];

function testRouter(
  users: MemoryUsers,
  pass: (name: string) => Promise<void>,
  streams: StreamRoutes,
) {
  return t.router({
    auth: authRouter({
      checkPassword: async (username, password) =>
        password === 'password' ? users.byName(username) : null,
    }),
    dashboard: protectedProcedure.query(() => 'Hello User!'),
    adminOnly: t.procedure.concat(withRole('Admin')).query(() => 'Hello Admin!'),
    revalidated: t.procedure.concat(revalidated).query(({ ctx }) => ctx.principal.role),
    adminNow: t.procedure.concat(withRevalidatedRole('Admin')).query(() => 'Hello Admin!'),
    /** A procedure whose policy comes before its input. */
    sensitive: t.procedure
      .concat(recentlyAuthenticated(600))
      .input(z.object({ n: z.number() }))
      .mutation(({ input }) => input.n),
    sensitiveAdmin: t.procedure
      .concat(withRecentlyAuthenticatedRole('Admin', 600))
      .query(() => 'Hello Admin!'),
    echo: protectedProcedure.input(z.object({ n: z.number() })).query(({ input }) => input.n),
    /** Waits at the gate that its input names. */
    slow: protectedProcedure.input(z.string()).query(async ({ input }) => {
      await pass(input);
      return 'done';
    }),
    mirror: t.procedure.input(z.object({ text: z.string() })).query(({ input }) => input.text),
    ticks: protectedProcedure.subscription(async function* ({ ctx }) {
      for (let n = 1; n <= 3; n++)
        yield tracked(String(n), { n, username: ctx.principal.username });
    }),
    /** Waits at a gate before the role is checked. */
    lateAdmin: t.procedure
      .use(async ({ next }) => {
        await pass('lateAdmin');
        return next();
      })
      .concat(withRole('Admin'))
      .query(async () => {
        await pass('ran as Admin');
        return 'Hello Admin!';
      }),
    streams,
    boom: t.procedure.query(() => {
      throw new Error('an internal detail');
    }),
  });
}

export type TestRouter = ReturnType<typeof testRouter>;

export interface TestAppOptions
  extends Partial<Pick<SessionLayerDependencies, 'options' | 'store' | 'ring' | 'feed'>>,
    Partial<Pick<LatchkeyOptions, 'cookies' | 'accessTokenFrom' | 'allowedOrigins' | 'trustHost'>> {
  /** A clock that the app shares with a feed. */
  readonly clock?: SettableClock;
  /** Users that the app shares with another one: two nodes with one store and one feed. */
  readonly users?: MemoryUsers;
  readonly limits?: StreamLimitsInput;
  readonly isOverloaded?: (caller: { readonly isAnonymous: boolean }) => boolean;
  /** Arranges the steps of Latchkey; by default all of them in their order. */
  readonly arrange?: (steps: LatchkeySteps) => Middleware[];
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
  const steps = latchkeySteps({
    layer,
    streams,
    onDecision: (decision) => decisions.push(decision),
    trustHost: true,
    ...edge,
    cookies: { hostPrefix: false, ...edge.cookies },
  });
  const pipeline = arrange?.(steps) ?? Object.values(steps);
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
