import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { EntryRow } from '../db';
import { managerProcedure, router, userProcedure } from '../trpc';

const newEntry = z.object({
  projectId: z.number().int(),
  day: z.iso.date(),
  hours: z.number().positive().max(24),
  note: z.string().max(255).default(''),
});

export const entriesRouter = router({
  mine: userProcedure.query(({ ctx }) =>
    ctx
      .db<EntryRow>('entries')
      .where({ user_id: Number(ctx.principal.userId) })
      .orderBy('day'),
  ),

  add: userProcedure.input(newEntry).mutation(async ({ ctx, input }) => {
    const project = await ctx.db('projects').where({ id: input.projectId }).first();
    if (!project) throw new TRPCError({ code: 'NOT_FOUND', message: 'No such project' });
    const [entry] = await ctx
      .db<EntryRow>('entries')
      .insert({
        user_id: Number(ctx.principal.userId),
        project_id: input.projectId,
        day: input.day,
        hours: input.hours.toFixed(2),
        note: input.note,
      })
      .returning('*');
    return entry;
  }),

  totals: managerProcedure.query(({ ctx }) =>
    ctx
      .db('entries')
      .join('projects', 'projects.id', 'entries.project_id')
      .groupBy('projects.name')
      .orderBy('projects.name')
      .select<{ name: string; hours: string }[]>(
        'projects.name',
        ctx.db.raw('sum(hours) as hours'),
      ),
  ),
});
