import { randomInt } from 'node:crypto';
import { authRouter as latchkeyRouter } from '@latchkey/trpc';
import { TRPCError } from '@trpc/server';
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import {
  cookieProcedure,
  createTRPCRouter,
  mergeRouters,
  protectedProcedure,
  publicProcedure,
} from '~/server/api/trpc';
import { hashPassword, verifyPassword } from '~/server/auth/password';
import { asUser } from '~/server/auth/sessions';
import type { Database } from '~/server/db';
import { users } from '~/server/db/schema';

const credentials = z.object({
  email: z.email().transform((email) => email.toLowerCase()),
  password: z.string().min(8),
});

const accounts = createTRPCRouter({
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

  verify: cookieProcedure
    .input(z.object({ email: z.email(), code: z.string().length(6) }))
    .mutation(async ({ ctx, input }) => {
      const [user] = await ctx.db
        .update(users)
        .set({ verificationCode: null, emailVerifiedAt: new Date(Date.now()) })
        .where(and(eq(users.email, input.email), eq(users.verificationCode, input.code)))
        .returning();
      if (!user) throw new TRPCError({ code: 'BAD_REQUEST', message: 'This code is not valid' });
      await ctx.session.actions.signIn(asUser(user));
      return { name: user.name };
    }),

  logoutAll: protectedProcedure.mutation(async ({ ctx }) => {
    await ctx.sessions.layer.revokeUserSessions(ctx.principal.userId, 'user_request');
  }),

  me: protectedProcedure.query(async ({ ctx }) => {
    const user = await ctx.db.query.users.findFirst({
      where: eq(users.id, ctx.principal.userId),
      columns: { id: true, email: true, name: true, role: true, createdAt: true },
    });
    if (!user) throw new TRPCError({ code: 'UNAUTHORIZED' });
    return user;
  }),
});

export const authRouter = (db: Database) => {
  const check = async (email: string, password: string) => {
    const user = await db.query.users.findFirst({ where: eq(users.email, email) });
    return user && (await verifyPassword(password, user.passwordHash)) ? user : null;
  };
  const latchkey = latchkeyRouter({
    input: credentials,
    async signIn({ email, password }) {
      const user = await check(email, password);
      if (!user) {
        throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Wrong e-mail or password' });
      }
      if (!user.emailVerifiedAt) {
        throw new TRPCError({ code: 'FORBIDDEN', message: 'Verify your e-mail first' });
      }
      return asUser(user);
    },
    confirmPassword: async ({ username }, password) => (await check(username, password)) !== null,
  });
  return mergeRouters(accounts, latchkey);
};
