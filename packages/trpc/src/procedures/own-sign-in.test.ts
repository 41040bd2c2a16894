import { createSessionLayer, deriveKeyRing, memorySessionStore, type User } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { type inferRouterInputs, initTRPC, TRPCError } from '@trpc/server';
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { callerContext } from '../testing/caller-context.ts';
import { authRouter } from './auth-router.ts';
import type { LatchkeyContext } from './context.ts';
import { formatError } from './errors.ts';
import { latchkeyProcedures } from './procedures.ts';

type Role = 'Admin' | 'Clerk' | 'Guest';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const { withRole, withRevalidatedRole, allow, withPolicy } = latchkeyProcedures<Role>();
const users: Record<string, User> = Object.fromEntries(
  (['Admin', 'Clerk', 'Guest'] as const).map((role) => [
    role,
    { id: role, username: `${role}@example.com`, role, tokenVersion: 0, disabled: false },
  ]),
);
const router = t.router({
  auth: authRouter({
    input: z.object({ email: z.email(), code: z.string().length(6) }),
    async signIn({ email, code }) {
      if (code === '111111')
        throw new TRPCError({ code: 'FORBIDDEN', message: 'Verify your e-mail first.' });
      return code === '123456' ? (users[email.split('@')[0] ?? ''] ?? null) : null;
    },
    confirmPassword: async () => false,
  }),
  orders: t.procedure.concat(withRole('Admin', 'Clerk')).query(() => 'orders'),
  ordersNow: t.procedure.concat(withRevalidatedRole('Admin', 'Clerk')).query(() => 'orders'),
  own: t.procedure
    .concat(allow('an address at example.com', ({ username }) => username.endsWith('@example.com')))
    .query(() => 'own'),
});

let current: User;
let layer: ReturnType<typeof createSessionLayer>;
beforeEach(() => {
  layer = createSessionLayer({
    ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
    store: memorySessionStore(),
    users: { findUser: async () => current },
    clock: settableClock(),
  });
});

async function callerOf(user: User | null) {
  if (user) current = user;
  return router.createCaller(await callerContext({ layer, user }));
}

describe("authRouter with the app's own input (P5)", () => {
  it("auth.login has the input of the app's own schema", () => {
    expectTypeOf<inferRouterInputs<typeof router>['auth']['login']>().toEqualTypeOf<{
      email: string;
      code: string;
    }>();
  });

  it.each([
    ['a good code', '123456', { message: 'Logged in via Cookies' }],
    ['a wrong code', '000000', { code: 'UNAUTHORIZED', message: expect.stringMatching(/match/) }],
    ['an error of the app', '111111', { code: 'FORBIDDEN', message: 'Verify your e-mail first.' }],
    ['an invalid input', '1', { code: 'BAD_REQUEST' }],
  ])("auth.login with the app's own input answers %s", async (_what, code, expected) => {
    const { auth } = await callerOf(null);
    const answer = await auth
      .login({ email: 'Clerk@example.com', code })
      .catch((error: unknown) => error);
    expect(answer).toMatchObject(expected);
  });
});

describe('a policy of several roles (P6)', () => {
  it.each([
    ['Admin', 'orders'],
    ['Clerk', 'orders'],
    ['Guest', null],
  ])(
    'decides, for a policy of several roles and a caller with the role %s: %s',
    async (role, expected) => {
      const caller = await callerOf(users[role] as User);
      for (const call of [caller.orders, caller.ordersNow])
        expect(await call().catch(() => null)).toBe(expected);
    },
  );

  it('names every role that a policy of several roles admits', async () => {
    const caller = await callerOf(users.Guest as User);
    await expect(caller.orders()).rejects.toMatchObject({
      message:
        'This requires one of the roles Admin, Clerk. ' +
        'You are signed in as Guest@example.com with the role Guest.',
    });
  });

  it('withPolicy rejects an empty list of roles', () => {
    const policy = { revocation: 'feed', maxAuthenticationAgeSeconds: null, setsCookies: false };
    expect(() =>
      withPolicy({ ...policy, revocation: 'feed', access: { roles: [] } } as never),
    ).toThrow('roles is empty');
  });
});

it('admits the callers that a predicate accepts, and names what the others lack (P6)', async () => {
  expect(await (await callerOf(users.Guest as User)).own()).toBe('own');
  const stranger = await callerOf({ ...(users.Guest as User), username: 'guest@example.org' });
  await expect(stranger.own()).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringMatching(/^This requires an address at example\.com\. You are/),
  });
});

it.each([
  [{}, 'checkPassword'],
  [{ input: z.string() }, 'signIn'],
  [{ input: z.string(), signIn: async () => null }, 'confirmPassword'],
])('authRouter rejects %j, which lacks %s, when it is created', (dependencies, missing) => {
  expect(() => authRouter(dependencies as never)).toThrow(`authRouter: ${missing} is missing.`);
});

it('authRouter refuses an unknown option by its name', () => {
  const checkPassword = async () => null;
  expect(() => authRouter({ checkPassword, confirmPasword: async () => true } as never)).toThrow(
    /^confirmPasword = "function": is not an option/,
  );
  const own = { input: z.object({}), signIn: checkPassword, confirmPassword: async () => true };
  expect(() => authRouter({ ...own, checkPassword } as never)).toThrow(/^checkPassword = /);
});
