import type { AddressInfo } from 'node:net';
import {
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  StoreUnavailableError,
} from '@latchkey/core';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { expect, it } from 'vitest';
import { latchkey } from '../latchkey.ts';
import { errorApp, router, told } from '../testing/error-app.ts';
import { createLatchkeyContext, type LatchkeyContext } from './context.ts';
import { publicError } from './errors.ts';
import { requirePolicies } from './list-policies.ts';

const fixture = errorApp();

/** Imports a second copy of a module, as if the package were installed twice. */
const copyOf = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ `${path}?copy`)) as Module;

it('answers 503 with Retry-After to an outage from another copy of core (E3)', async () => {
  const arrived = await fixture.person();
  fixture.clock.advance(601);
  const copy = await copyOf<typeof import('@latchkey/core')>('../../../core/src/errors.ts');
  fixture.outage = new copy.StoreUnavailableError('a detail');
  expect(Object.getPrototypeOf(fixture.outage)).not.toBe(StoreUnavailableError.prototype);
  const reply = await arrived.request('/trpc/mine');
  fixture.outage = null;
  expect(told(reply)).toEqual([
    503,
    'SERVICE_UNAVAILABLE',
    expect.stringContaining('You are still signed in'),
    true,
    'store_unavailable',
  ]);
  expect(reply.headers.get('retry-after')).toBe('1');
});

it('finds the session that another copy of this package attached (E3)', async () => {
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
    clock: fixture.clock,
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

it("lists the policies of procedures that another copy's latchkeyProcedures made (E3)", async () => {
  const copy = await copyOf<typeof import('./procedures.ts')>('./procedures.ts');
  const lists = await copyOf<typeof import('./list-policies.ts')>('./list-policies.ts');
  const t = initTRPC.context<LatchkeyContext>().create();
  const mine = t.procedure.concat(copy.latchkeyProcedures().signedIn).query(() => 'yours');
  const router = t.router({ mine });
  for (const { listPolicies } of [lists, await import('./list-policies.ts')])
    expect(listPolicies(router)).toMatchObject([{ path: 'mine', policy: { access: 'signed_in' } }]);
  expect(requirePolicies(router)).toBe(router);
});

it("reads a refusal, and a reason of the app, of another copy's refuse (E3)", async () => {
  const copy = await copyOf<typeof import('./errors.ts')>('./errors.ts');
  expect(copy.refuse).not.toBe((await import('./errors.ts')).refuse);
  const seats = { code: 'CONFLICT', message: 'All seats are taken.' } as const;
  expect(publicError(copy.refuse('seats_used_up', seats))).toMatchObject({
    reason: 'seats_used_up',
  });
  expect(publicError(copy.refuse('rate_limited')).reason).toBe('rate_limited');
});
