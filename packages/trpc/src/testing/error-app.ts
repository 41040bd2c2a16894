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
import { afterAll, beforeAll, expect } from 'vitest';
import { z } from 'zod';
import { latchkey } from '../latchkey.ts';
import { authRouter } from '../procedures/auth-router.ts';
import { createLatchkeyContext, type LatchkeyContext } from '../procedures/context.ts';
import { formatError, refuse, responseMeta } from '../procedures/errors.ts';
import { latchkeyProcedures } from '../procedures/procedures.ts';
import { sendError } from '../procedures/send-error.ts';

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
export const validators: Record<string, [unknown, string]> = {
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

export const router = t.router({
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

/** Starts an app whose procedures fail in every way, for all tests of a file. */
export function errorApp() {
  const browser = () => createBrowser({ origin: app.origin, clock: app.clock });
  const app = {
    origin: '',
    clock: settableClock(),
    /** The error with which the session store fails; `null` while it works. */
    outage: null as Error | null,
    browser,
    /** Returns a browser in which ada is signed in. */
    async person() {
      const arrived = browser();
      await arrived.post('/trpc/auth.login', { username: 'ada', password: 'right' });
      return arrived;
    },
  };
  let close: () => void;
  beforeAll(async () => {
    const memory = memorySessionStore();
    const failing = new Proxy(memory, {
      get:
        (target, verb, self) =>
        (...given: unknown[]) =>
          app.outage
            ? Promise.reject(app.outage)
            : Reflect.get(target, verb, self).apply(target, given),
    });
    const ring = deriveKeyRing([
      Buffer.from('the secret of these tests, number 1').toString('base64url'),
    ]);
    const layer = createSessionLayer({
      ring,
      store: failing,
      users: { findUser: async (id) => (id === ada.id ? ada : null) },
      clock: app.clock,
    });
    const server = express();
    server.use(latchkey({ layer }));
    server.use(
      '/trpc',
      createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
    );
    server.get('/rest/:name', (request, response) =>
      sendError(response, thrown[request.params.name]?.()),
    );
    const listening = server.listen(0, '127.0.0.1');
    await new Promise((resolve) => listening.once('listening', resolve));
    app.origin = `http://localhost:${(listening.address() as AddressInfo).port}`;
    close = () => listening.close();
  });
  afterAll(() => close());
  return app;
}

/** Picks the status, the message and Latchkey's fields of an answer. */
export function told({ status, body }: { status: number; body: string }) {
  const { message, data } = JSON.parse(body).error;
  expect(body).not.toMatch(/a detail|stack|\.ts/);
  expect(data.httpStatus).toBe(status);
  return [status, data.code, message, data.latchkey, data.reason];
}
