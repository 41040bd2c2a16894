import type { AddressInfo } from 'node:net';
import {
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  StoreUnavailableError,
} from '@latchkey/core';
import { createBrowser, settableClock } from '@latchkey/core/testing';
import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { latchkey } from '../latchkey.ts';
import { authRouter } from './auth-router.ts';
import { createLatchkeyContext, type LatchkeyContext } from './context.ts';
import { formatError, refuse, responseMeta } from './errors.ts';
import { latchkeyProcedures } from './procedures.ts';
import { sendError } from './send-error.ts';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const {
  public: publicPolicy,
  signedIn,
  revalidated,
  withRole,
} = latchkeyProcedures<'Admin' | 'User'>();
const ada = { id: '7', username: 'ada', role: 'User', tokenVersion: 0, disabled: false };

const thrown: Record<string, () => unknown> = {
  key: () =>
    new TRPCError({ code: 'UNAUTHORIZED', message: 'The payment provider refused our key.' }),
  verify: () => new TRPCError({ code: 'FORBIDDEN', message: 'Verify your e-mail.' }),
  slug: () =>
    new TRPCError({ code: 'CONFLICT', message: 'Slug taken.', cause: new Error('a detail') }),
  pay: () => new TRPCError({ code: 'PAYMENT_REQUIRED', message: 'Pay first.' }),
  precondition: () => new TRPCError({ code: 'PRECONDITION_FAILED', message: 'Changed meanwhile.' }),
  words: () =>
    new TRPCError({ code: 'BAD_REQUEST', message: 'Too short.', cause: new z.ZodError([]) }),
  busy: () => new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: 'Our printer is off.' }),
  many: () => new TRPCError({ code: 'TOO_MANY_REQUESTS', message: 'One a day.' }),
  broken: () =>
    new TRPCError({
      code: 'INTERNAL_SERVER_ERROR',
      message: 'Nothing was charged.',
      cause: new Error('a detail'),
    }),
  whileOut: () =>
    new TRPCError({
      code: 'CONFLICT',
      message: 'Saved elsewhere.',
      cause: new StoreUnavailableError('a detail'),
    }),
  reasoned: () => refuse('conflict', { message: 'A reason of the app’s.' }),
  bug: () => Object.assign(new TypeError('a detail'), { cause: new Error('a detail') }),
  wrapped: () => new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: new Error('a detail') }),
  text: () => 'a detail',
  nothing: () => undefined,
  out: () => new StoreUnavailableError('a detail', { retryAfterSeconds: 3 }),
};

const schema = (issues: object[]) =>
  ({ '~standard': { version: 1, vendor: 'x', validate: () => ({ issues }) } }) as never;
const throwing = (error: Error) =>
  (() => {
    throw error;
  }) as never;
const validators: Record<string, [unknown, string]> = {
  zod: [z.object({ n: z.number('must be a number') }), 'n: must be a number'],
  standardSchema: [
    schema([{ message: 'wrong', path: [{ key: 'list' }, 0, 'n'] }, { message: 'missing' }]),
    'list.0.n: wrong; input: missing',
  ],
  yup: [
    throwing(
      Object.assign(new Error('2 errors'), {
        name: 'ValidationError',
        inner: [{ path: 'n', message: 'is no number' }],
      }),
    ),
    'n: is no number',
  ],
  yupFirst: [
    throwing(
      Object.assign(new Error('is no number'), { name: 'ValidationError', path: 'n', inner: [] }),
    ),
    'n: is no number',
  ],
  arktype: [
    throwing(
      Object.assign(new Error('x'), {
        name: 'TraversalError',
        arkErrors: [{ path: ['n'], message: 'must be 1' }],
      }),
    ),
    'n: must be 1',
  ],
  own: [throwing(new Error('Expected a number.')), 'Expected a number.'],
  driver: [
    throwing(Object.assign(new Error('a detail'), { code: 'ECONNREFUSED' })),
    'The request is malformed.',
  ],
};

const inner = t.router({
  mine: t.procedure.concat(signedIn).query(() => 'yours'),
  admin: t.procedure.concat(withRole('Admin')).query(() => 'yours'),
  now: t.procedure.concat(revalidated).query(() => 'yours'),
  facade: t.procedure.concat(signedIn).mutation(() => 'yours'),
  spent: t.procedure.concat(signedIn).mutation(() => 'yours'),
});
type Inner = 'mine' | 'admin' | 'now' | 'facade' | 'spent';
const calls = (path: Inner, ctx: LatchkeyContext, signal?: AbortSignal): Promise<unknown> =>
  inner.createCaller(ctx, signal && { signal })[path]();

const router = t.router({
  auth: authRouter({
    checkPassword: async (username, password) =>
      username === 'ada' && password === 'right' ? ada : null,
  }),
  throws: t.router(
    Object.fromEntries(
      Object.entries(thrown).map(([name, make]) => [
        name,
        t.procedure.concat(publicPolicy).mutation(() => Promise.reject(make())),
      ]),
    ),
  ),
  input: t.router(
    Object.fromEntries(
      Object.entries(validators).map(([name, [parser]]) => [
        name,
        t.procedure.input(parser as never).query(() => 'ok'),
      ]),
    ),
  ),
  plain: t.procedure.query(() => Promise.reject(thrown.out?.())),
  mine: t.procedure.concat(signedIn).query(() => 'yours'),
  twoPolicies: t.procedure
    .concat(publicPolicy)
    .concat(withRole('Admin'))
    .query(() => 'yours'),
  passes: t.router({
    mine: t.procedure
      .concat(publicPolicy)
      .mutation(({ ctx, signal }) => calls('mine', ctx, signal)),
    admin: t.procedure.concat(publicPolicy).mutation(({ ctx }) => calls('admin', ctx)),
    now: t.procedure.concat(publicPolicy).mutation(({ ctx }) => calls('now', ctx)),
    rethrown: t.procedure
      .concat(publicPolicy)
      .mutation(({ ctx }) => calls('mine', ctx).catch((error: unknown) => Promise.reject(error))),
    unguarded: t.procedure.mutation(({ ctx, signal }) => calls('mine', ctx, signal)),
  }),
  /** Calls a procedure with its own name. */
  facade: t.procedure
    .concat(publicPolicy)
    .mutation(({ ctx, signal }) => calls('facade', ctx, signal)),
  spent: t.procedure.mutation(({ ctx }) => calls('spent', ctx)),
});

let origin: string;
let close: () => void;
let outage: Error | null = null;
const clock = settableClock();
beforeAll(async () => {
  const memory = memorySessionStore();
  const failing = new Proxy(memory, {
    get:
      (target, verb, self) =>
      (...given: unknown[]) =>
        outage ? Promise.reject(outage) : Reflect.get(target, verb, self).apply(target, given),
  });
  const ring = deriveKeyRing([
    Buffer.from('the secret of these tests, number 1').toString('base64url'),
  ]);
  const layer = createSessionLayer({
    ring,
    store: failing,
    users: { findUser: async (id) => (id === ada.id ? ada : null) },
    clock,
  });
  const app = express();
  app.use(latchkey({ layer }));
  app.use(
    '/trpc',
    createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
  );
  app.get('/rest/:name', (request, response) =>
    sendError(response, thrown[request.params.name]?.()),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterAll(() => close());

const browser = () => createBrowser({ origin, clock });
async function person() {
  const arrived = browser();
  await arrived.post('/trpc/auth.login', { username: 'ada', password: 'right' });
  return arrived;
}
/** Picks the status, the message and Latchkey's fields of an answer. */
function told({ status, body }: { status: number; body: string }) {
  const { message, data } = JSON.parse(body).error;
  expect(body).not.toMatch(/a detail|stack|\.ts/);
  expect(data.httpStatus).toBe(status);
  return [status, data.code, message, data.latchkey, data.reason];
}

it.each([
  ['key', 401, 'UNAUTHORIZED', 'The payment provider refused our key.'],
  ['verify', 403, 'FORBIDDEN', 'Verify your e-mail.'],
  ['slug', 409, 'CONFLICT', 'Slug taken.'],
  ['pay', 402, 'PAYMENT_REQUIRED', 'Pay first.'],
  ['precondition', 412, 'PRECONDITION_FAILED', 'Changed meanwhile.'],
  ['words', 400, 'BAD_REQUEST', 'Too short.'],
  ['busy', 503, 'SERVICE_UNAVAILABLE', 'Our printer is off.'],
  ['many', 429, 'TOO_MANY_REQUESTS', 'One a day.'],
  ['broken', 500, 'INTERNAL_SERVER_ERROR', 'Nothing was charged.'],
  ['whileOut', 409, 'CONFLICT', 'Saved elsewhere.'],
])(
  "keeps code, status and message of an app's own error, without a reason: %s",
  async (name, status, code, message) => {
    const reply = await browser().post(`/trpc/throws.${name}`);
    expect(told(reply)).toEqual([status, code, message, undefined, undefined]);
    expect(reply.headers.get('retry-after')).toBeNull();
    const rest = await browser().request(`/rest/${name}`);
    expect([rest.status, JSON.parse(rest.body)]).toEqual([status, { message }]);
  },
);

it('keeps the reason of a refusal that the app throws, without data.latchkey', async () => {
  expect(told(await browser().post('/trpc/throws.reasoned'))).toEqual([
    409,
    'CONFLICT',
    'A reason of the app’s.',
    undefined,
    'conflict',
  ]);
});

it.each(['bug', 'wrapped', 'text', 'nothing'])('masks an unexpected error: %s', async (name) => {
  const masked = [
    500,
    'INTERNAL_SERVER_ERROR',
    'Something went wrong on our side.',
    undefined,
    'internal',
  ];
  expect(told(await browser().post(`/trpc/throws.${name}`))).toEqual(masked);
});

it.each(['throws.out', 'plain'])(
  'answers an outage inside a procedure with 503 and Retry-After, without data.latchkey: %s',
  async (path) => {
    const reply =
      path === 'plain'
        ? await browser().request('/trpc/plain')
        : await browser().post(`/trpc/${path}`);
    expect(told(reply).toSpliced(2, 1)).toEqual([
      503,
      'SERVICE_UNAVAILABLE',
      undefined,
      'store_unavailable',
    ]);
    expect(reply.headers.get('retry-after')).toBe('3');
  },
);

it.each(Object.entries(validators))(
  'answers wrong input with 400 and names the field, whatever the validator: %s',
  async (name, [, message]) => {
    const reply = await browser().request(
      `/trpc/input.${name}?input=${encodeURIComponent('{"n":"x"}')}`,
    );
    expect(told(reply)).toEqual([400, 'BAD_REQUEST', message, undefined, 'invalid_input']);
  },
);

it('keeps the data that an app adds to its errors', () => {
  const error = new TRPCError({ code: 'BAD_REQUEST', message: 'no' });
  const data = {
    code: 'BAD_REQUEST',
    httpStatus: 422,
    fieldErrors: { n: ['wrong'] },
    reason: 'mine',
  };
  expect(formatError({ shape: { code: -32600, message: 'Nein', data }, error }).data).toEqual(data);
});

it('marks a call with data.latchkey if Latchkey refuses it before its procedure runs', async () => {
  const refused = [401, 'UNAUTHORIZED', 'You are not signed in.', true, 'no_credentials'];
  expect(told(await browser().request('/trpc/mine'))).toEqual(refused);
  expect(told(await (await person()).request('/trpc/twoPolicies')).toSpliced(2, 1)).toEqual([
    403,
    'FORBIDDEN',
    true,
    'role_required',
  ]);
  const [first, second] = JSON.parse((await browser().request('/trpc/mine,mine?batch=1')).body);
  expect([first.error.data.latchkey, second.error.data.latchkey]).toEqual([true, true]);
});

it.each([
  ['passes.mine', 401],
  ['passes.rethrown', 401],
  ['passes.unguarded', 401],
  ['facade', 401],
  ['spent', 401],
])(
  'gives a refusal that a procedure passes on from another call neither mark nor reason: %s',
  async (path, status) => {
    expect(told(await browser().post(`/trpc/${path}`))).toEqual([
      status,
      'UNAUTHORIZED',
      'You are not signed in.',
      undefined,
      undefined,
    ]);
  },
);

it('does not mark the refusal or outage of a nested call with data.latchkey', async () => {
  const arrived = await person();
  expect(told(await arrived.post('/trpc/passes.admin'))).toEqual([
    403,
    'FORBIDDEN',
    expect.stringContaining('requires the role Admin'),
    undefined,
    undefined,
  ]);
  outage = new StoreUnavailableError('a detail');
  const reply = await arrived.post('/trpc/passes.now');
  outage = null;
  expect(told(reply).toSpliced(2, 1)).toEqual([
    503,
    'SERVICE_UNAVAILABLE',
    undefined,
    'store_unavailable',
  ]);
});

/** Imports a second copy of a module, as if the package were installed twice. */
const copyOf = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ `${path}?copy`)) as Module;

it('answers 503 with Retry-After to an outage from another copy of core', async () => {
  const arrived = await person();
  clock.advance(601);
  const copy = await copyOf<typeof import('@latchkey/core')>('../../../core/src/errors.ts');
  outage = new copy.StoreUnavailableError('a detail');
  expect(Object.getPrototypeOf(outage)).not.toBe(StoreUnavailableError.prototype);
  const reply = await arrived.request('/trpc/mine');
  outage = null;
  expect(told(reply)).toEqual([
    503,
    'SERVICE_UNAVAILABLE',
    expect.stringContaining('You are still signed in'),
    true,
    'store_unavailable',
  ]);
  expect(reply.headers.get('retry-after')).toBe('1');
});

it('finds the session that another copy of this package attached', async () => {
  const copy = await copyOf<typeof import('../latchkey.ts')>('../latchkey.ts');
  expect(copy.latchkey).not.toBe(latchkey);
  const app = express();
  const ring = deriveKeyRing([
    Buffer.from('the secret of these tests, number 1').toString('base64url'),
  ]);
  const layer = createSessionLayer({
    ring,
    store: memorySessionStore(),
    users: { findUser: async () => null },
    clock,
  });
  app.use(
    copy.latchkey({ layer }),
    createExpressMiddleware({ router, createContext: createLatchkeyContext }),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const reply = await fetch(`http://localhost:${(server.address() as AddressInfo).port}/mine`);
  server.close();
  expect(reply.status).toBe(401);
});
