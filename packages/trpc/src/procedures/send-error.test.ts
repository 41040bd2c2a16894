import type { AddressInfo } from 'node:net';
import { createSessionLayer, deriveKeyRing, memorySessionStore, systemClock } from '@latchkey/core';
import {
  createTRPCUntypedClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  isTRPCClientError,
  type TRPCClientError,
} from '@trpc/client';
import { type AnyTRPCRouter, initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { EventSource } from 'eventsource';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LatchkeyOptions, latchkey } from '../latchkey.ts';
import { refuse } from './errors.ts';
import { sendError } from './send-error.ts';

const t = initTRPC.create();
const router = t.router({
  a: t.procedure.query(() => 'a'),
  b: t.procedure.query(() => 'b'),
  ticks: t.procedure.subscription(async function* () {}),
});

/** Makes the error with which the middleware refuses; `null` to let requests pass. */
let ahead: (() => Error) | null = null;
let origin: string;
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
  const session = (options: Partial<LatchkeyOptions> = {}) => latchkey({ layer, ...options });
  const app = express();
  app.use((_request, response, next) => {
    response.setHeader('x-request-id', 'r1');
    if (ahead) sendError(response, ahead());
    else next();
  });
  app.use('/trpc', session(), createExpressMiddleware({ router }));
  app.use('/api/rpc', session({ trpcPath: '/api/rpc' }), createExpressMiddleware({ router }));
  app.use('/rest', session(), (_request, response) => void response.json({}));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterAll(() => close());

const FOREIGN = { 'sec-fetch-site': 'cross-site' };
const CROSS_SITE = 'This request came from another site.';
const links = { httpLink, httpBatchLink, httpBatchStreamLink };

function refusalsOf(
  link: (typeof links)[keyof typeof links],
  path: string,
  headers: Record<string, string>,
) {
  const client = createTRPCUntypedClient<AnyTRPCRouter>({
    links: [link({ url: origin + path, headers } as never)],
  });
  return Promise.all(
    ['a', 'b'].map((name) => client.query(name).then(() => expect.unreachable(), told)),
  );
}
function told(error: unknown) {
  if (!isTRPCClientError<AnyTRPCRouter>(error)) throw error;
  const { latchkey, reason, httpStatus, path, requestId } = error.data as Record<string, unknown>;
  return [error.message, latchkey, reason, httpStatus, path, requestId];
}

it.each(Object.entries(links))(
  'tells the caller behind %s why a middleware refused the request (E4)',
  async (_name, link) => {
    const refusals = ['a', 'b'].map((path) => [CROSS_SITE, true, 'cross_site', 403, path, 'r1']);
    const read = await refusalsOf(link, '/trpc', FOREIGN);
    expect(read.map((refusal) => refusal.toSpliced(4, 1))).toEqual(
      refusals.map((refusal) => refusal.toSpliced(4, 1)),
    );
    if (link !== httpBatchStreamLink) expect(read).toEqual(refusals);
    expect(await refusalsOf(link, '/api/rpc', FOREIGN)).toEqual(read);
  },
);

it.each([
  ['unsupported_media_type', 415, () => refuse('unsupported_media_type')],
  ['overloaded', 503, () => refuse('overloaded', { retryAfterSeconds: 2 })],
  ['host_not_allowed', 400, () => refuse('host_not_allowed')],
  ['internal', 500, () => new Error('a detail')],
])(
  'tells the caller that an earlier middleware refused the request with %s (E4)',
  async (reason, status, make) => {
    ahead = make;
    const read = await Promise.all(
      Object.values(links).map((link) => refusalsOf(link, '/trpc', {})),
    );
    ahead = null;
    for (const refusal of read.flat())
      expect(refusal).toEqual([
        expect.stringMatching(/\.$/),
        reason === 'internal' ? undefined : true,
        reason,
        status,
        refusal[4],
        'r1',
      ]);
  },
);

function subscribe(headers: Record<string, string>) {
  const statuses: number[] = [];
  const sendAlong = async (url: string | URL, init?: object) => {
    const response = await fetch(url, {
      ...init,
      headers: { ...(init as { headers?: object }).headers, ...headers },
    } as RequestInit);
    statuses.push(response.status);
    return response;
  };
  const client = createTRPCUntypedClient<AnyTRPCRouter>({
    links: [
      httpSubscriptionLink({
        url: `${origin}/trpc`,
        EventSource,
        eventSourceOptions: () => ({ fetch: sendAlong as never }),
      }),
    ],
  });
  return new Promise<{ error: TRPCClientError<AnyTRPCRouter>; statuses: number[] }>((resolve) => {
    const { unsubscribe } = client.subscription('ticks', undefined, {
      onError: (error) => resolve({ error, statuses }),
      onConnectionStateChange({ state, error }) {
        if (state !== 'connecting' || !error?.data) return;
        unsubscribe();
        resolve({ error: error as never, statuses });
      },
    });
  });
}

it("tells a subscriber a middleware's reason in tRPC's shape (E4)", async () => {
  const { error, statuses } = await subscribe(FOREIGN);
  expect([told(error), statuses]).toEqual([
    [CROSS_SITE, true, 'cross_site', 403, 'ticks', 'r1'],
    [200],
  ]);
});

it('lets a subscriber reconnect after an overload, as EventSource does only after a 200 (E4)', async () => {
  ahead = () => refuse('overloaded', { retryAfterSeconds: 2 });
  const { error } = await subscribe({});
  const reply = await fetch(`${origin}/trpc/ticks`, { headers: { accept: 'text/event-stream' } });
  ahead = null;
  expect(told(error).slice(1, 4)).toEqual([true, 'overloaded', 503]);
  expect(await reply.text()).toMatch(/^retry: 2000\nevent: serialized-error\n/);
});

it.each(['/rest', '/rest/trpc', '/rest?batch=1', '/trpc'])(
  'refuses a request that is not a tRPC call in plain JSON: %s',
  async (path) => {
    const reply = await fetch(origin + path, { headers: { ...FOREIGN, accept: '*/*' } });
    expect([reply.status, await reply.json()]).toEqual([
      403,
      { message: CROSS_SITE, reason: 'cross_site', requestId: 'r1' },
    ]);
  },
);

it('answers a batch of more than 100 calls with one error, which clients give to each', async () => {
  const reply = await fetch(`${origin}/trpc/${'a,'.repeat(200)}a?batch=1`, { headers: FOREIGN });
  expect(await reply.json()).toMatchObject({ error: { data: { reason: 'cross_site' } } });
});
