import type { AddressInfo } from 'node:net';
import { createSessionLayer, deriveKeyRing, memorySessionStore } from '@latchkey/core';
import { createBrowser, settableClock } from '@latchkey/core/testing';
import {
  authRouter,
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkeyProcedures,
  requirePolicies,
  responseMeta,
  latchkey as sessions,
} from '@latchkey/trpc';
import { createTRPCClient } from '@trpc/client';
import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import express from 'express';
import superjson from 'superjson';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createLatchkey, createQueryClient, latchkeyLink } from './index.ts';

/** An app with a transformer, an error format and an `auth` router of its own. */
const t = initTRPC.context<LatchkeyContext>().create({
  transformer: superjson,
  errorFormatter: (failure) => ({ ...formatError(failure), version: 2 }),
});
const { public: open, signedIn } = latchkeyProcedures();
const ada = { id: '7', username: 'ada', role: 'User', tokenVersion: 0, disabled: false };
const google = t.router({
  google: t.procedure.concat(open).query(() => ({ at: new Date(0) })),
  signup: t.procedure.concat(open).mutation(() => {
    throw new TRPCError({ code: 'CONFLICT', message: 'Slug taken' });
  }),
});
const ours = authRouter({ checkPassword: async (_name, password) => (password ? ada : null) });
const mine = t.procedure.concat(signedIn).query(({ ctx }) => ctx.principal.username);
const merged = t.router({ auth: t.mergeRouters(google, ours), mine });
const nested = t.router({ auth: google, account: { sessions: ours }, mine });

const clock = settableClock();
let origin: string;
let close: () => void;
beforeAll(async () => {
  const layer = createSessionLayer({
    ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
    store: memorySessionStore(),
    users: { findUser: async () => ada },
    clock,
  });
  const app = express();
  const createContext = createLatchkeyContext;
  app.use(sessions({ layer }));
  for (const [path, router] of Object.entries({ merged, nested }))
    app.use(
      `/${path}/trpc`,
      createExpressMiddleware({ router: requirePolicies(router), createContext, responseMeta }),
    );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterAll(() => close());
afterEach(() => void vi.unstubAllGlobals());

function page<const Auth extends string>(path: string, auth: Auth) {
  vi.stubGlobal('fetch', createBrowser({ origin, clock, fetch: globalThis.fetch }).fetch);
  const queryClient = createQueryClient();
  const url = `${origin}/${path}/trpc`;
  const latchkey = createLatchkey({ url, queryClient, auth, transformer: superjson });
  return { queryClient, latchkey };
}

it("merges authRouter with the app's own auth router, which has a formatter and a transformer (P4)", async () => {
  const { latchkey } = page('merged', 'auth');
  const client = createTRPCClient<typeof merged>({ links: [latchkeyLink(latchkey)] });
  expect(await client.auth.google.query()).toEqual({ at: new Date(0) });
  await client.auth.login.mutate({ username: 'ada', password: 'right' });
  expect(await client.mine.query()).toBe('ada');
  const conflict = await client.auth.signup.mutate().catch((error: unknown) => error);
  expect(conflict).toMatchObject({ message: 'Slug taken', shape: { version: 2 } });
});

it('finds the session of an app whose authRouter has another path (P4)', async () => {
  const { latchkey, queryClient } = page('nested', 'account.sessions');
  const client = createTRPCClient<typeof nested>({ links: [latchkeyLink(latchkey)] });
  const trpc = createTRPCOptionsProxy<typeof nested>({ client, queryClient });
  const stop = latchkey.control.start();
  // Signs in alone, although it is sent together with another call: cookies are set.
  const signIn = client.account.sessions.login.mutate({ username: 'ada', password: 'right' });
  await Promise.all([signIn, client.auth.google.query()]);
  await queryClient.fetchQuery(trpc.account.sessions.session.queryOptions());
  expect(latchkey.onPage.get()?.principal.username).toBe('ada');
  expect((await latchkey.fetchSession(AbortSignal.timeout(5_000))).principal?.userId).toBe('7');
  stop();
});

it("compiles only if the path is that of a router with Latchkey's procedures (P4)", () => {
  const { latchkey } = page('nested', 'account.sessions');
  const { latchkey: wrong } = page('nested', 'auth');
  const { latchkey: misspelt } = page('merged', 'account');
  createTRPCClient<typeof nested>({ links: [latchkeyLink(latchkey)] });
  // @ts-expect-error the app's own auth router has no session
  createTRPCClient<typeof nested>({ links: [latchkeyLink(wrong)] });
  // @ts-expect-error the merged router is at auth
  createTRPCClient<typeof merged>({ links: [latchkeyLink(misspelt)] });
  expect([latchkey.auth, wrong.auth]).toEqual(['account.sessions', 'auth']);
});
