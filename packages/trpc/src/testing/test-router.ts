import type { MemoryUsers } from '@latchkey/test-support';
import { initTRPC, tracked } from '@trpc/server';
// Imported so that TypeScript can name the subscription's type (TS2883).
import type {} from '@trpc/server/unstable-core-do-not-import';
import { z } from 'zod';
import { authRouter } from '../procedures/auth-router.ts';
import type { LatchkeyContext } from '../procedures/context.ts';
import { formatError } from '../procedures/errors.ts';
import type { RestMeta } from '../procedures/policy.ts';
import { latchkeyProcedures } from '../procedures/procedures.ts';
import type { streamProcedures } from './stream-procedures.ts';

/** Creates gates at which handlers wait until a test opens them. */
export function gates() {
  const open = new Map<
    string,
    { reached: PromiseWithResolvers<void>; released: PromiseWithResolvers<void> }
  >();
  const gate = (name: string) => {
    const known = open.get(name) ?? {
      reached: Promise.withResolvers<void>(),
      released: Promise.withResolvers<void>(),
    };
    open.set(name, known);
    return known;
  };
  return {
    /** Lets a handler wait at a gate until a test opens it. */
    async pass(name: string): Promise<void> {
      gate(name).reached.resolve();
      await gate(name).released.promise;
    },
    /** Resolves when a handler is waiting at the gate. */
    reached: (name: string) => gate(name).reached.promise,
    release: (name: string) => gate(name).released.resolve(),
  };
}

const t = initTRPC
  .context<LatchkeyContext>()
  .meta<RestMeta>()
  .create({ errorFormatter: formatError });
const {
  signedIn,
  revalidated,
  withRole,
  withRevalidatedRole,
  recentlyAuthenticated,
  withRecentlyAuthenticatedRole,
} = latchkeyProcedures<'Admin' | 'User'>();
const protectedProcedure = t.procedure.concat(signedIn);

type StreamRoutes = ReturnType<typeof streamProcedures>['routes'];

/** The router of the test app. Its handlers wait at gates by calling `pass`. */
export function testRouter(
  users: MemoryUsers,
  pass: (name: string) => Promise<void>,
  streams: StreamRoutes,
) {
  return t.router({
    auth: authRouter({
      checkPassword: async (username, password) =>
        password === 'password' ? users.byName(username) : null,
    }),
    dashboard: protectedProcedure.query(() => 'Hello User!'),
    adminOnly: t.procedure.concat(withRole('Admin')).query(() => 'Hello Admin!'),
    revalidated: t.procedure.concat(revalidated).query(({ ctx }) => ctx.principal.role),
    adminNow: t.procedure.concat(withRevalidatedRole('Admin')).query(() => 'Hello Admin!'),
    /** A procedure whose policy comes before its input. */
    sensitive: t.procedure
      .concat(recentlyAuthenticated(600))
      .input(z.object({ n: z.number() }))
      .mutation(({ input }) => input.n),
    sensitiveAdmin: t.procedure
      .concat(withRecentlyAuthenticatedRole('Admin', 600))
      .query(() => 'Hello Admin!'),
    echo: protectedProcedure.input(z.object({ n: z.number() })).query(({ input }) => input.n),
    /** A procedure that waits at the gate named by its input. */
    slow: protectedProcedure.input(z.string()).query(async ({ input }) => {
      await pass(input);
      return 'done';
    }),
    mirror: t.procedure.input(z.object({ text: z.string() })).query(({ input }) => input.text),
    ticks: protectedProcedure.subscription(async function* ({ ctx }) {
      for (let n = 1; n <= 3; n++)
        yield tracked(String(n), { n, username: ctx.principal.username });
    }),
    /** A procedure that waits at a gate before the role is checked. */
    lateAdmin: t.procedure
      .use(async ({ next }) => {
        await pass('lateAdmin');
        return next();
      })
      .concat(withRole('Admin'))
      .query(async () => {
        await pass('ran as Admin');
        return 'Hello Admin!';
      }),
    streams,
    boom: t.procedure.query(() => {
      throw new Error('an internal detail');
    }),
  });
}

export type TestRouter = ReturnType<typeof testRouter>;
