import { randomInt } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import { createTRPCRouter, protectedProcedure, publicProcedure } from '~/server/api/trpc';
import { clearTokens, setTokens } from '~/server/auth/cookies';
import { hashPassword, verifyPassword } from '~/server/auth/password';
import { issueTokens, revokeAllTokens, revokeTokens, rotateTokens } from '~/server/auth/tokens';
import { users } from '~/server/db/schema';

const credentials = z.object({
  email: z.email().transform((email) => email.toLowerCase()),
  password: z.string().min(8),
});

export const authRouter = createTRPCRouter({
  signup: publicProcedure
    .input(credentials.extend({ name: z.string().min(1) }))
    .mutation(async ({ ctx, input }) => {
      const first = !(await ctx.db.query.users.findFirst());
      const code = String(randomInt(100_000, 1_000_000));
      const created = await ctx.db
        .insert(users)
        .values({
          email: input.email,
          name: input.name,
          passwordHash: await hashPassword(input.password),
          role: first ? 'owner' : 'editor',
          verificationCode: code,
        })
        .onConflictDoNothing();
      if (created.rowsAffected === 0) {
        throw new TRPCError({ code: 'CONFLICT', message: 'There is an account with this e-mail' });
      }
      await ctx.sendMail({
        to: input.email,
        subject: 'Your newsroom account',
        text: `Your code is ${code}`,
      });
      return { email: input.email };
    }),

  verify: publicProcedure
    .input(z.object({ email: z.email(), code: z.string().length(6) }))
    .mutation(async ({ ctx, input }) => {
      const [user] = await ctx.db
        .update(users)
        .set({ verificationCode: null, emailVerifiedAt: new Date(Date.now()) })
        .where(and(eq(users.email, input.email), eq(users.verificationCode, input.code)))
        .returning();
      if (!user) throw new TRPCError({ code: 'BAD_REQUEST', message: 'This code is not valid' });
      setTokens(ctx.res, await issueTokens(ctx.db, user));
      return { name: user.name };
    }),

  login: publicProcedure.input(credentials).mutation(async ({ ctx, input }) => {
    const user = await ctx.db.query.users.findFirst({ where: eq(users.email, input.email) });
    if (!user || !(await verifyPassword(input.password, user.passwordHash))) {
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Wrong e-mail or password' });
    }
    if (!user.emailVerifiedAt) {
      throw new TRPCError({ code: 'FORBIDDEN', message: 'Verify your e-mail first' });
    }
    setTokens(ctx.res, await issueTokens(ctx.db, user));
    return { name: user.name };
  }),

  refresh: publicProcedure.mutation(async ({ ctx }) => {
    const { refreshToken } = ctx.tokens;
    const tokens = refreshToken ? await rotateTokens(ctx.db, refreshToken) : null;
    if (!tokens) {
      clearTokens(ctx.res);
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Your session has ended' });
    }
    setTokens(ctx.res, tokens);
  }),

  logout: publicProcedure.mutation(async ({ ctx }) => {
    if (ctx.tokens.refreshToken) await revokeTokens(ctx.db, ctx.tokens.refreshToken);
    clearTokens(ctx.res);
  }),

  logoutAll: protectedProcedure.mutation(async ({ ctx }) => {
    await revokeAllTokens(ctx.db, ctx.caller.userId);
    clearTokens(ctx.res);
  }),

  me: protectedProcedure.query(async ({ ctx }) => {
    const user = await ctx.db.query.users.findFirst({
      where: eq(users.id, ctx.caller.userId),
      columns: { id: true, email: true, name: true, role: true, createdAt: true },
    });
    if (!user) throw new TRPCError({ code: 'UNAUTHORIZED' });
    return user;
  }),
});
