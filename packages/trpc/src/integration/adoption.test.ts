import { once } from 'node:events';
import {
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  type SessionStore,
  StoreUnavailableError,
  systemClock,
} from '@latchkey/core';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  authRouter,
  createLatchkeyContext,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
  requirePolicies,
} from '../index.ts';
import { latchkeyWebSocket, streamRegistry } from '../streams/index.ts';

/**
 * Runs the README's example once, with a context and a procedure of the app's own beside it; it is
 * type-checked too.
 */
it('lets an existing tRPC app keep its own t, context and users', async () => {
  interface Context extends LatchkeyContext {
    readonly tenant: string;
  }
  const t = initTRPC.context<Context>().create();
  const secret = Buffer.from('the secret of these tests, number 1').toString('base64url');
  const people = {
    '7': { id: '7', username: 'ada', role: 'Admin', tokenVersion: 0, disabled: false },
  };
  const findUser = async (id: string) => people[id as keyof typeof people] ?? null;
  const checkPassword = async (username: string, password: string) =>
    username === 'ada' && password === 'right' ? findUser('7') : null;

  let out = false;
  const memory = memorySessionStore();
  const store: SessionStore = {
    ...memory,
    find: (id) =>
      out ? Promise.reject(new StoreUnavailableError('switched off')) : memory.find(id),
  };

  const layer = createSessionLayer({
    ring: deriveKeyRing([secret]),
    store,
    users: { findUser },
    clock: systemClock,
  });
  const { signedIn, withRevalidatedRole, withRecentlyAuthenticatedRole } = latchkeyProcedures<
    'Admin' | 'User'
  >();
  const protectedProcedure = t.procedure.concat(signedIn);
  const adminProcedure = t.procedure.concat(withRevalidatedRole('Admin'));
  // @ts-expect-error a misspelt role does not compile
  withRevalidatedRole('Amdin');
  const router = requirePolicies(
    t.router({
      auth: authRouter({ checkPassword }),
      mine: protectedProcedure.query(({ ctx }) => `${ctx.principal.username} of ${ctx.tenant}`),
      admin: adminProcedure.query(() => 'yes'),
      remove: t.procedure
        .concat(withRecentlyAuthenticatedRole('Admin', 600))
        .mutation(() => 'gone'),
    }),
  );
  const createContext = ({ req }: { req: object }): Context => ({
    ...createLatchkeyContext({ req }),
    tenant: 'acme',
  });
  const app = express();
  const session = latchkey({ layer, streams: streamRegistry() });
  app.use('/trpc', session, createExpressMiddleware({ router, createContext }));

  const server = app.listen(0, '127.0.0.1');
  latchkeyWebSocket({ server, path: '/trpc', through: session, router, createContext });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const origin = `http://localhost:${typeof address === 'object' && address?.port}`;
  const login = await fetch(`${origin}/trpc/auth.login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"username":"ada","password":"right"}',
  });
  const cookie = login.headers
    .getSetCookie()
    .map((header) => header.split(';')[0])
    .join('; ');
  const answers = await Promise.all(
    ['mine', 'admin'].map(async (path) =>
      (await fetch(`${origin}/trpc/${path}`, { headers: { cookie } })).json(),
    ),
  );
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/trpc`, { headers: { cookie } });
  socket.on('open', () => socket.send('{"id":1,"method":"query","params":{"path":"mine"}}'));
  const [message] = await once(socket, 'message');
  socket.terminate();
  expect(JSON.parse(String(message))).toEqual({
    id: 1,
    result: { type: 'data', data: 'ada of acme' },
  });
  out = true;
  const { status } = await fetch(`${origin}/trpc/admin`, { headers: { cookie } });
  server.close();
  expect(status, 'though the app formats its errors its own way').toBe(503);
  expect(answers).toEqual([{ result: { data: 'ada of acme' } }, { result: { data: 'yes' } }]);
});
