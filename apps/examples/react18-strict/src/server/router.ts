import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { Chore } from './db';
import { adminProcedure, memberProcedure, router } from './trpc';

export const appRouter = router({
  chores: memberProcedure.query(({ ctx }) =>
    ctx.db.data.chores.map((chore) => ({
      ...chore,
      isMine: chore.memberId === ctx.caller.memberId,
    })),
  ),

  addChore: memberProcedure
    .input(z.object({ title: z.string().min(2) }))
    .mutation(async ({ ctx, input }) => {
      const chore: Chore = {
        id: randomUUID(),
        title: input.title,
        memberId: ctx.caller.memberId,
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

export type AppRouter = typeof appRouter;
