import type { AddressInfo } from 'node:net';
import { createSessionLayer, deriveKeyRing, memorySessionStore, systemClock } from '@latchkey/core';
import {
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkeyProcedures,
  refuse,
  responseMeta,
  latchkey as sessions,
} from '@latchkey/trpc';
import { createTRPCUntypedClient } from '@trpc/client';
import { type AnyTRPCRouter, initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import {
  isLatchkeyRefusal,
  isUnreachable,
  reasonOf,
  retryAfterSecondsOf,
  statusOf,
} from './api-error.ts';
import { createLatchkey } from './latchkey.ts';
import { latchkeyLink } from './latchkey-link.ts';
import { createQueryClient } from './query-client.ts';
import { signedInPage } from './testing/signed-in-page.ts';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const { public: publicPolicy, signedIn } = latchkeyProcedures();
/** The names of the procedures that ran, in order. */
let ran: string[] = [];
const app401 = new TRPCError({
  code: 'UNAUTHORIZED',
  message: 'The payment provider refused our key.',
});
const seats = refuse('seats_used_up', {
  code: 'UNAUTHORIZED',
  message: 'All seats are taken.',
  retryAfterSeconds: 30,
});
const app503 = new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: 'Our printer is off.' });

const procedure = t.procedure.concat(publicPolicy).use(({ path, next }) => {
  ran.push(path);
  return next();
});
const fails = (error: Error) => () => Promise.reject(error);
const inner = t.router({ mine: t.procedure.concat(signedIn).mutation(() => 'yours') });
const router = t.router({
  auth: t.router({ session: procedure.query(() => ({ principal: null })) }),
  charge: procedure.mutation(fails(app401)),
  balance: procedure.query(fails(app401)),
  join: procedure.mutation(fails(seats)),
  print: procedure.mutation(fails(app503)),
  printer: procedure.query(fails(app503)),
  passes: procedure.mutation(({ ctx }) => inner.createCaller(ctx).mine()),
  mine: t.procedure.concat(signedIn).mutation(() => 'yours'),
});

let url: string;
let close: () => void;
beforeAll(async () => {
  const ring = deriveKeyRing([
    Buffer.from('the secret of these tests, number 1').toString('base64url'),
  ]);
  const layer = createSessionLayer({
    ring,
    store: memorySessionStore(),
    users: { findUser: async () => null },
    clock: systemClock,
  });
  const app = express();
  app.use(
    '/trpc',
    sessions({ layer }),
    createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}/trpc`;
  close = () => server.close();
});
afterAll(() => close());
beforeEach(() => {
  ran = [];
});
afterEach(() => void vi.unstubAllGlobals());

const page = (address = url) => signedInPage(address);
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable(),
    (error: Error) => error,
  );

it.each<[string, 'query' | 'mutation', number, string]>([
  ['charge', 'mutation', 401, app401.message],
  ['balance', 'query', 401, app401.message],
  ['print', 'mutation', 503, app503.message],
  ['printer', 'query', 503, app503.message],
  ['passes', 'mutation', 401, 'You are not signed in.'],
])(
  "passes an app's own error on once and unchanged, and repeats nothing (E1, E2, E5): %s",
  async (path, kind, status, message) => {
    const { latchkey, asked, client } = page();
    const error = await errorOf(client[kind](path));
    expect([
      error.message,
      statusOf(error),
      reasonOf(error),
      isLatchkeyRefusal(error),
      isUnreachable(error),
    ]).toEqual([message, status, null, false, false]);
    expect([ran, latchkey.held.size, latchkey.connection.get()]).toEqual([[path], 0, 'ok']);
    expect(asked).not.toHaveBeenCalled();
  },
);

it("passes an app's own 503 on to a call that is not batched", async () => {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url, queryClient, setCookies: ['print'] });
  const client = createTRPCUntypedClient<AnyTRPCRouter>({ links: [latchkeyLink(latchkey)] });
  await expect(client.mutation('print')).rejects.toMatchObject({
    message: app503.message,
    data: { httpStatus: 503 },
  });
  expect(ran).toEqual(['print']);
});

it('holds a call that Latchkey refused before its procedure ran, and queries the session', async () => {
  const { latchkey, asked, client } = page();
  const call = client.mutation('mine');
  await expect.poll(() => latchkey.held.size).toBe(1);
  expect(asked).toHaveBeenCalledTimes(1);
  latchkey.held.refuseAll();
  await expect(call).rejects.toSatisfy(isLatchkeyRefusal);
});

it.each([
  ['a batch', 'printer', 'query'],
  ['a call that is not batched', 'mine', 'mutation'],
] as const)(
  'passes on the plain JSON with which a middleware refuses %s (E4)',
  async (_what, path, kind) => {
    const body = {
      message: 'This request came from another site.',
      reason: 'cross_site',
      requestId: 'r1',
    };
    vi.stubGlobal('fetch', async () => Response.json(body, { status: 403 }));
    const error = await errorOf(page().client[kind](path));
    expect([error.message, reasonOf(error), statusOf(error), isUnreachable(error)]).toEqual([
      body.message,
      'cross_site',
      403,
      false,
    ]);
  },
);

it('repeats a query after an overload that is reported in plain JSON (E4)', async () => {
  const sent: string[] = [];
  vi.stubGlobal('fetch', async (to: string) => {
    sent.push(to);
    return Response.json(
      { message: 'Busy.', reason: 'overloaded', requestId: 'r1' },
      { status: 503, headers: { 'retry-after': '0' } },
    );
  });
  const { latchkey, client } = page();
  const error = await errorOf(client.query('printer'));
  expect([
    error.message,
    retryAfterSecondsOf(error),
    sent.length,
    latchkey.connection.get(),
  ]).toEqual(['Busy.', 0, 4, 'failing']);
});

it.each([
  ['an HTML page of a gateway', () => new Response('<h1>Unavailable</h1>', { status: 503 })],
  [
    'JSON of a gateway',
    () => Response.json({ message: 'Endpoint request timed out' }, { status: 504 }),
  ],
])('treats %s as an unreachable server', async (_what, answer) => {
  vi.stubGlobal('fetch', async () => answer());
  expect(await page().client.mutation('mine').catch(isUnreachable)).toBe(true);
});

it("brings an app's own reason to the page, once and without the mark of a refusal of Latchkey", async () => {
  const { latchkey, asked, client } = page();
  const error = await errorOf(client.mutation('join'));
  expect([
    error.message,
    statusOf(error),
    reasonOf(error),
    retryAfterSecondsOf(error),
    isLatchkeyRefusal(error),
  ]).toEqual(['All seats are taken.', 401, 'seats_used_up', 30, false]);
  expect([ran, latchkey.held.size]).toEqual([['join'], 0]);
  expect(asked).not.toHaveBeenCalled();
});

it('needs a code and a message with a reason of the app, so that a misspelt reason does not compile', () => {
  // @ts-expect-error rate_limited is misspelt
  expect(() => refuse('rate_limted')).toThrow(
    'refuse: rate_limted is a reason of your own. Give its code and its message.',
  );
  expect(refuse('rate_limited').code).toBe('TOO_MANY_REQUESTS');
});
