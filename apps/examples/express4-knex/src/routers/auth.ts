import { authRouter as latchkeyRouter } from '@latchkey/trpc';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { asUser, inTransaction } from '../auth/sessions';
import { checkPassword, hashPassword } from '../auth/users';
import type { UserRow } from '../db';
import { cookieProcedure, mergeRouters, router, userProcedure } from '../trpc';

const password = z.string().min(8, 'At least 8 characters').max(72);

const publicUser = ({ id, email, name, role }: UserRow) => ({ id, email, name, role });

const accountRouter = router({
  register: cookieProcedure
    .input(z.object({ email: z.email(), name: z.string().min(1), password }))
    .mutation(async ({ ctx, input }) => {
      const [user] = await ctx
        .db<UserRow>('users')
        .insert({
          email: input.email.toLowerCase(),
          name: input.name,
          password_hash: await hashPassword(input.password),
        })
        .onConflict('email')
        .ignore()
        .returning('*');
      if (!user) {
        throw new TRPCError({ code: 'CONFLICT', message: 'This e-mail is already registered' });
      }
      await ctx.session.actions.signIn(asUser(user));
      return publicUser(user);
    }),

  logoutEverywhere: userProcedure.mutation(async ({ ctx }) => {
    await ctx.sessions.layer.revokeUserSessions(ctx.principal.userId, 'user_request');
    return { ok: true };
  }),

  me: userProcedure.query(async ({ ctx }) => {
    const [user] = await ctx.db<UserRow>('users').where({ id: Number(ctx.principal.userId) });
    return publicUser(user);
  }),

  sessions: userProcedure.query(async ({ ctx }) => {
    const { sessions } = await ctx.sessions.layer.sessionsOf(ctx.principal.userId);
    return sessions.map(({ id, userAgent, lastSeenAt }) => ({
      id,
      userAgent,
      lastSeenAt: new Date(lastSeenAt),
      current: id === ctx.principal.sessionId,
    }));
  }),

  revokeSession: userProcedure
    .input(z.object({ id: z.string() }))
    .mutation(async ({ ctx, input }) => {
      const { layer } = ctx.sessions;
      if (!(await layer.sessionOf(ctx.principal.userId, input.id))) {
        throw new TRPCError({ code: 'NOT_FOUND', message: 'No such session' });
      }
      await layer.revoke(input.id, 'user_request');
      return { ok: true };
    }),

  changePassword: userProcedure
    .input(z.object({ current: z.string(), next: password }))
    .mutation(async ({ ctx, input }) => {
      const { userId, username, sessionId } = ctx.principal;
      const { database, layer } = ctx.sessions;
      if (!(await checkPassword(username, input.current))) {
        throw new TRPCError({ code: 'BAD_REQUEST', message: 'Your current password is wrong' });
      }
      const passwordHash = await hashPassword(input.next);
      await ctx.db.transaction(async (trx) => {
        await trx<UserRow>('users')
          .where({ id: Number(userId) })
          .update({ password_hash: passwordHash });
        await database.within(inTransaction(trx), () =>
          layer.revokeUserSessions(userId, 'password_changed', undefined, { except: sessionId }),
        );
      });
      return { ok: true };
    }),
});

export const authRouter = mergeRouters(
  accountRouter,
  latchkeyRouter({
    input: z.object({ email: z.string(), password: z.string() }),
    async signIn({ email, password }) {
      const user = await checkPassword(email, password);
      if (!user) {
        throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Wrong e-mail or password' });
      }
      return asUser(user);
    },
    confirmPassword: async ({ username }, password) =>
      (await checkPassword(username, password)) !== null,
  }),
);
