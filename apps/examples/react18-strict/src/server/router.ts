import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { authRouter } from './auth';
import type { Chore } from './db';
import type { Services } from './sessions';
import { adminProcedure, memberProcedure, mergeRouters, router } from './trpc';

const choresRouter = router({
  chores: memberProcedure.query(({ ctx }) =>
    ctx.db.data.chores.map((chore) => ({
      ...chore,
      isMine: chore.memberId === ctx.principal.userId,
    })),
  ),

  addChore: memberProcedure
    .input(z.object({ title: z.string().min(2) }))
    .mutation(async ({ ctx, input }) => {
      const chore: Chore = {
        id: randomUUID(),
        title: input.title,
        memberId: ctx.principal.userId,
        done: false,
      };
      ctx.db.data.chores.push(chore);
      await ctx.db.write();
      return chore;
    }),

  toggleChore: memberProcedure
    .input(z.object({ id: z.string() }))
    .mutation(async ({ ctx, input }) => {
      const chore = ctx.db.data.chores.find(({ id }) => id === input.id);
      if (!chore) throw new TRPCError({ code: 'NOT_FOUND' });
      chore.done = !chore.done;
      await ctx.db.write();
      return chore;
    }),

  members: adminProcedure.query(({ ctx }) =>
    ctx.db.data.members.map(({ id, name, isAdmin }) => ({ id, name, isAdmin })),
  ),
});

export const appRouter = (services: Services) =>
  mergeRouters(choresRouter, router({ auth: authRouter(services) }));

export type AppRouter = ReturnType<typeof appRouter>;
