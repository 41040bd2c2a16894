import { TRPCError } from '@trpc/server';
import { desc, eq, isNotNull } from 'drizzle-orm';
import { z } from 'zod';
import { createTRPCRouter, publicProcedure, roleProcedure } from '~/server/api/trpc';
import { posts } from '~/server/db/schema';

export const postsRouter = createTRPCRouter({
  published: publicProcedure.query(({ ctx }) =>
    ctx.db.query.posts.findMany({
      where: isNotNull(posts.publishedAt),
      orderBy: desc(posts.publishedAt),
    }),
  ),

  drafts: roleProcedure('owner', 'editor').query(({ ctx }) =>
    ctx.db.query.posts.findMany({ orderBy: desc(posts.id) }),
  ),

  write: roleProcedure('owner', 'editor')
    .input(z.object({ title: z.string().min(3), body: z.string().default('') }))
    .mutation(async ({ ctx, input }) => {
      const [post] = await ctx.db
        .insert(posts)
        .values({ ...input, authorId: ctx.principal.userId })
        .returning();
      return post;
    }),

  publish: roleProcedure('owner')
    .input(z.object({ id: z.number() }))
    .mutation(async ({ ctx, input }) => {
      const [post] = await ctx.db
        .update(posts)
        .set({ publishedAt: new Date(Date.now()) })
        .where(eq(posts.id, input.id))
        .returning();
      if (!post) throw new TRPCError({ code: 'NOT_FOUND' });
      return post;
    }),
});
