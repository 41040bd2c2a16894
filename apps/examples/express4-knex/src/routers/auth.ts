import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { clearAuthCookies, REFRESH_COOKIE, setAuthCookies } from '../auth/cookies';
import {
  createSession,
  listSessions,
  revokeAllSessions,
  revokeSession,
  rotateRefreshToken,
} from '../auth/sessions';
import { checkPassword, hashPassword } from '../auth/users';
import type { UserRow } from '../db';
import { publicProcedure, router, userProcedure } from '../trpc';

const password = z.string().min(8, 'At least 8 characters').max(72);

const publicUser = ({ id, email, name, role }: UserRow) => ({ id, email, name, role });

export const authRouter = router({
  register: publicProcedure
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
      setAuthCookies(ctx.res, await createSession(user, ctx.req));
      return publicUser(user);
    }),

  login: publicProcedure
    .input(z.object({ email: z.string(), password: z.string() }))
    .mutation(async ({ ctx, input }) => {
      const user = await checkPassword(input.email, input.password);
      if (!user) {
        throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Wrong e-mail or password' });
      }
      setAuthCookies(ctx.res, await createSession(user, ctx.req));
      return publicUser(user);
    }),

  refresh: publicProcedure.mutation(async ({ ctx }) => {
    const token: string | undefined = ctx.req.cookies[REFRESH_COOKIE];
    const tokens = token ? await rotateRefreshToken(token) : null;
    if (!tokens) {
      clearAuthCookies(ctx.res);
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Session expired' });
    }
    setAuthCookies(ctx.res, tokens);
    return { ok: true };
  }),

  logout: userProcedure.mutation(async ({ ctx }) => {
    await revokeSession(ctx.user.id, ctx.sessionId);
    clearAuthCookies(ctx.res);
    return { ok: true };
  }),

  logoutEverywhere: userProcedure.mutation(async ({ ctx }) => {
    await revokeAllSessions(ctx.user.id);
    clearAuthCookies(ctx.res);
    return { ok: true };
  }),

  me: userProcedure.query(({ ctx }) => publicUser(ctx.user)),

  sessions: userProcedure.query(async ({ ctx }) => {
    const sessions = await listSessions(ctx.user.id);
    return sessions.map((session) => ({
      id: session.id,
      userAgent: session.user_agent,
      lastSeenAt: session.last_seen_at,
      current: session.id === ctx.sessionId,
    }));
  }),

  revokeSession: userProcedure
    .input(z.object({ id: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      if (!(await revokeSession(ctx.user.id, input.id))) {
        throw new TRPCError({ code: 'NOT_FOUND', message: 'No such session' });
      }
      return { ok: true };
    }),

  changePassword: userProcedure
    .input(z.object({ current: z.string(), next: password }))
    .mutation(async ({ ctx, input }) => {
      if (!(await checkPassword(ctx.user.email, input.current))) {
        throw new TRPCError({ code: 'BAD_REQUEST', message: 'Your current password is wrong' });
      }
      const passwordHash = await hashPassword(input.next);
      await ctx.db.transaction(async (trx) => {
        await trx<UserRow>('users')
          .where({ id: ctx.user.id })
          .update({ password_hash: passwordHash });
        await revokeAllSessions(ctx.user.id, { except: ctx.sessionId, trx });
      });
      return { ok: true };
    }),
});
