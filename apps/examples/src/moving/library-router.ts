import {
  authRouter,
  type LatchkeyContext,
  latchkeyProcedures,
  refuse,
  requirePolicies,
} from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { Library } from './library.ts';
import { asUser } from './users.ts';

const t = initTRPC.context<LatchkeyContext>().create();
const { signedIn, setsCookies } = latchkeyProcedures<'Reader'>();
const protectedProcedure = t.procedure.concat(signedIn);

/** Creates the tRPC router of steps 1 and 2. */
export function libraryRouter(library: Library) {
  const checkPassword = async (name: string, password: string) =>
    asUser(await library.checkPassword(name, password));
  return requirePolicies(
    t.router({
      auth: authRouter({ checkPassword }),
      /**
       * Procedures under their former names, for pages that were loaded before step 1 and are still
       * open.
       */
      signIn: t.procedure
        .concat(setsCookies)
        .input(z.object({ name: z.string(), password: z.string() }))
        .mutation(async ({ ctx, input }) => {
          const user = await checkPassword(input.name, input.password);
          if (!user) throw refuse('invalid_credentials');
          await ctx.session.actions.signIn(user);
        }),
      signOut: t.procedure.concat(setsCookies).mutation(({ ctx }) => ctx.session.actions.signOut()),
      loans: protectedProcedure.query(({ ctx }) => library.loansOf(Number(ctx.principal.userId))),
      borrow: protectedProcedure
        .input(z.string())
        .mutation(({ ctx, input }) => library.borrow(Number(ctx.principal.userId), input)),
    }),
  );
}
