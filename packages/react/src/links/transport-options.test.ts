import type { AddressInfo } from 'node:net';
import { createSessionLayer, deriveKeyRing, memorySessionStore, systemClock } from '@latchkey/core';
import { createBrowser } from '@latchkey/core/testing';
import {
  authRouter,
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkeyProcedures,
  responseMeta,
  latchkey as sessions,
} from '@latchkey/trpc';
import { createTRPCClient } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import superjson from 'superjson';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { isUnreachable, reasonOf } from '../api-error.ts';
import { createLatchkey } from '../latchkey.ts';
import { latchkeyLink } from '../latchkey-link.ts';
import { createQueryClient } from '../query-client.ts';

const t = initTRPC
  .context<LatchkeyContext>()
  .create({ errorFormatter: formatError, transformer: superjson });
const policies = latchkeyProcedures();
const ada = { id: '7', username: 'ada', role: 'Admin', tokenVersion: 0, disabled: false };
const router = t.router({
  auth: authRouter({ checkPassword: async () => ada }),
  tomorrow: t.procedure
    .concat(policies.signedIn)
    .input((value: unknown) => value as Date)
    .query(({ input }) => new Date(input.getTime() + 86_400_000)),
  upload: t.procedure
    .concat(policies.signedIn)
    .input((value: unknown) => value as FormData)
    .mutation(({ input }) => input.get('name')),
});
type AppRouter = typeof router;
const plain = initTRPC.context<LatchkeyContext>().create();
const plainRouter = plain.router({ auth: authRouter({ checkPassword: async () => null }) });
type PlainRouter = typeof plainRouter;

let origin: string;
let close: () => void;
beforeAll(async () => {
  const layer = createSessionLayer({
    ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
    store: memorySessionStore(),
    users: { findUser: async () => ada },
    clock: systemClock,
  });
  const app = express();
  app.use(
    '/trpc',
    sessions({ layer, contentTypes: ['multipart/form-data'] }),
    createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterAll(() => close());

let requests: { url: string; headers: Headers }[];
beforeEach(() => {
  requests = [];
});

/** Creates a page that sends its requests as a browser with a cookie jar does. */
function startPage() {
  const browser = createBrowser({ origin, clock: systemClock });
  const latchkey = createLatchkey({
    url: `${origin}/trpc`,
    queryClient: createQueryClient(),
    transformer: superjson,
    headers: ({ opList }) => ({ 'x-calls': opList.map(({ path }) => path).join(' ') }),
    fetch: async (url, init) => {
      requests.push({ url: new Request(url).url, headers: new Headers(init?.headers) });
      return browser.fetch(url, init);
    },
  });
  return { latchkey, client: createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] }) };
}

it('calls a router with a transformer: dates arrive as dates, errors keep their reason (C1)', async () => {
  const { client, latchkey } = startPage();
  const day = new Date('2027-01-01T00:00:00Z');
  const refusal = await client.tomorrow.query(day).catch((error: unknown) => error);
  expect(reasonOf(refusal)).toBe('no_credentials');
  await client.auth.login.mutate({ username: 'ada', password: 'any' });
  expect(await client.tomorrow.query(day)).toEqual(new Date('2027-01-02T00:00:00Z'));
  expect((await latchkey.fetchSession(new AbortController().signal)).principal?.username).toBe(
    'ada',
  );
});

it('sends the headers that the app computes from the calls of each request (C1)', async () => {
  const { client } = startPage();
  await client.auth.login.mutate({ username: 'ada', password: 'any' });
  const day = new Date(0);
  await Promise.all([client.tomorrow.query(day), client.tomorrow.query(day)]);
  expect(requests.map(({ headers }) => headers.get('x-calls'))).toEqual([
    'auth.login',
    'tomorrow tomorrow',
  ]);
});

it('sends a form unchanged, in a separate request (C2)', async () => {
  const { client } = startPage();
  await client.auth.login.mutate({ username: 'ada', password: 'any' });
  const form = new FormData();
  form.set('name', 'report.pdf');
  const [name] = await Promise.all([
    client.upload.mutate(form),
    client.tomorrow.query(new Date(0)),
  ]);
  expect(name).toBe('report.pdf');
  expect(requests.map(({ url }) => new URL(url).pathname)).toEqual([
    '/trpc/auth.login',
    expect.stringMatching(/^\/trpc\/(upload|tomorrow)$/),
    expect.stringMatching(/^\/trpc\/(upload|tomorrow)$/),
  ]);
});

it('compiles only if router and latchkey agree about the transformer (C1)', () => {
  const queryClient = createQueryClient();
  const without = createLatchkey({ url: '/trpc', queryClient });
  const { latchkey: with_ } = startPage();
  createTRPCClient<PlainRouter>({ links: [latchkeyLink(without)] });
  // @ts-expect-error the router has a transformer
  createTRPCClient<AppRouter>({ links: [latchkeyLink(without)] });
  // @ts-expect-error the router has no transformer
  createTRPCClient<PlainRouter>({ links: [latchkeyLink(with_)] });
  expect([without.isTransformed, with_.isTransformed]).toEqual([false, true]);
});

it.each(['Bad Gateway', { message: 'Bad Gateway' }, { json: 7, meta: { values: 'broken' } }])(
  'takes the JSON error %j of a proxy for no answer of the router (C1)',
  async (error) => {
    const latchkey = createLatchkey({
      url: `${origin}/trpc`,
      queryClient: createQueryClient(),
      transformer: superjson,
      retry: { attempts: 0 },
      fetch: async () => Response.json({ error }, { status: 502 }),
    });
    const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
    const failure = await client.tomorrow.query(new Date(0)).catch((reason: unknown) => reason);
    expect([isUnreachable(failure), reasonOf(failure)]).toEqual([true, null]);
  },
);

it('createLatchkey rejects an unknown option by its name', () => {
  const options = { url: '/trpc', queryClient: createQueryClient(), maxBatchSize: 5 };
  expect(() => createLatchkey(options)).toThrow(/^createLatchkey: maxBatchSize is not an option\./);
});
