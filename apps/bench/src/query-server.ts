import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Algorithm,
  createSessionLayer,
  memoryRevocationFeed,
  memorySessionStore,
  systemClock,
} from '@latchkey/core';
import { grantCookies, parseCookieOptions } from '@latchkey/http';
import {
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
} from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express, type RequestHandler } from 'express';
import { benchRing } from './bench-ring.ts';

/**
 * The entry point of a server process that has the same tRPC query four times: under `/bare`
 * without middleware and with an empty context, under `/middleware` behind a tRPC middleware that
 * only adds to the context, as each authenticated procedure has one, under `/HS256` and `/ES256`
 * behind Latchkey and for signed-in callers only. It prints its port and the cookies of 500
 * sessions for each algorithm as one JSON line, and answers its processor time under `/cpu`.
 */
const users = {
  findUser: async (id: string) => ({
    id,
    username: id,
    role: 'User',
    tokenVersion: 0,
    disabled: false,
  }),
};
const bare = initTRPC.create();
const authenticated = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const { signedIn } = latchkeyProcedures<'User'>();

/** An Express app for each contestant, so that none runs past the middleware of another. */
const apps = new Map<string, Express>();
function mount(name: string, ...handlers: RequestHandler[]): void {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(`/${name}`, ...handlers);
  apps.set(name, app);
}

const createContext = () => ({});
const middleware = bare.procedure.use(({ next }) => next({ ctx: { principal: null } }));
mount(
  'bare',
  createExpressMiddleware({
    router: bare.router({ hello: bare.procedure.query(() => 'Hello User!') }),
    createContext,
  }),
);
mount(
  'middleware',
  createExpressMiddleware({
    router: bare.router({ hello: middleware.query(() => 'Hello User!') }),
    createContext,
  }),
);

const SESSIONS = 500;
const client = { userAgent: 'bench', ipAddress: '127.0.0.1' };
const cookies: Record<string, string[]> = {};
async function mountSignedIn(algorithm: Algorithm): Promise<void> {
  const ring = benchRing(
    Buffer.from('the secret of these tests, number 1').toString('base64url'),
    algorithm,
  );
  const layer = createSessionLayer({
    ring,
    users,
    store: memorySessionStore(),
    clock: systemClock,
    feed: memoryRevocationFeed(systemClock),
  });
  await layer.start();
  const router = authenticated.router({
    hello: authenticated.procedure.concat(signedIn).query(() => 'Hello User!'),
  });
  mount(
    algorithm,
    latchkey({ layer }),
    createExpressMiddleware({ router, createContext: createLatchkeyContext }),
  );
  const held: string[] = [];
  for (let n = 0; n < SESSIONS; n++) {
    const grant = await layer.issue(
      { id: `user${n}`, username: `user${n}`, role: 'User', tokenVersion: 0, disabled: false },
      client,
    );
    const set = grantCookies(parseCookieOptions(), grant, false);
    held.push(set.map((cookie) => cookie.split(';', 1)[0]).join('; '));
  }
  cookies[algorithm] = held;
}
await mountSignedIn('HS256');
await mountSignedIn('ES256');

const server = createServer((request, response) => {
  const name = request.url?.split('/', 2)[1] ?? '';
  if (name === 'cpu') response.end(JSON.stringify(process.cpuUsage()));
  else apps.get(name)?.(request, response);
}).listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, cookies })),
);
process.on('SIGTERM', () => process.exit(0));
