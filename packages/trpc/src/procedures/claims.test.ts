import { createSessionLayer, deriveKeyRing, memorySessionStore } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { type inferRouterOutputs, initTRPC } from '@trpc/server';
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { callerContext } from '../testing/caller-context.ts';
import { requirePrincipal } from './admission.ts';
import { authRouter } from './auth-router.ts';
import type { LatchkeyContext } from './context.ts';
import { formatError } from './errors.ts';
import { latchkeyProcedures } from './procedures.ts';

const claims = z.object({ tenantId: z.string(), beta: z.boolean() });
type AppClaims = z.infer<typeof claims>;

const t = initTRPC.context<LatchkeyContext<AppClaims>>().create({ errorFormatter: formatError });
const { signedIn, revalidated, allow } = latchkeyProcedures<'Admin' | 'User', AppClaims>();
const ada = {
  id: '7',
  username: 'ada',
  role: 'User' as const,
  tokenVersion: 0,
  disabled: false,
  claims: { tenantId: 'acme', beta: true },
};

let user = ada;
const router = t.router({
  auth: authRouter({ checkPassword: async () => user }),
  tenant: t.procedure.concat(signedIn).query(({ ctx }) => ctx.principal.claims.tenantId),
  tenantNow: t.procedure.concat(revalidated).query(({ ctx }) => ctx.principal.claims.tenantId),
  fromSession: t.procedure
    .concat(signedIn)
    .query(({ ctx }) => requirePrincipal(ctx.session).claims.tenantId),
  beta: t.procedure.concat(allow('the beta', ({ claims: { beta } }) => beta)).query(() => 'beta'),
});

let layer: ReturnType<typeof createSessionLayer<AppClaims>>;
beforeEach(() => {
  user = ada;
  layer = createSessionLayer({
    ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
    store: memorySessionStore(),
    users: { findUser: async () => user },
    clock: settableClock(),
    claims,
  });
});
const caller = async () => router.createCaller(await callerContext({ layer, user }));

describe("procedures with an app's own claims (P6)", () => {
  it('reads typed claims in procedures, in the session and in auth.session', async () => {
    const signedInCaller = await caller();
    expect(await signedInCaller.tenant()).toBe('acme');
    expect(await signedInCaller.fromSession()).toBe('acme');
    const { principal } = await signedInCaller.auth.session();
    expect(principal?.claims).toEqual(ada.claims);
    type Session = inferRouterOutputs<typeof router>['auth']['session'];
    expectTypeOf<NonNullable<Session['principal']>['claims']>().toEqualTypeOf<AppClaims>();
  });

  it('admits callers by a predicate on their claims', async () => {
    expect(await (await caller()).beta()).toBe('beta');
    user = { ...ada, claims: { tenantId: 'acme', beta: false } };
    await expect((await caller()).beta()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('This requires the beta.'),
    });
  });

  it('a revalidated procedure has the claims of now, a signed-in one those of the token', async () => {
    const signedInCaller = await caller();
    user = { ...ada, claims: { tenantId: 'other', beta: true } };
    expect([await signedInCaller.tenant(), await signedInCaller.tenantNow()]).toEqual([
      'acme',
      'other',
    ]);
  });

  it('a claim that the schema does not have does not compile', () => {
    // @ts-expect-error no such claim
    allow('anything', ({ claims: { tenant } }) => tenant !== undefined);
  });
});
