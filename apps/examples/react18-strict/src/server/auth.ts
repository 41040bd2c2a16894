import { randomUUID } from 'node:crypto';
import { authRouter as latchkeyRouter } from '@latchkey/trpc';
import { TRPCError } from '@trpc/server';
import bcrypt from 'bcryptjs';
import { z } from 'zod';
import type { Member } from './db';
import { asUser, type Services } from './sessions';
import { cookieProcedure, memberProcedure, mergeRouters, router } from './trpc';

const accounts = router({
  register: cookieProcedure
    .input(z.object({ username: z.string().min(1), password: z.string().min(6) }))
    .mutation(async ({ ctx: { db, session }, input: { username, password } }) => {
      if (db.data.members.some(({ name }) => name === username)) {
        throw new TRPCError({ code: 'CONFLICT', message: 'This name is taken' });
      }
      const member: Member = {
        id: randomUUID(),
        name: username,
        passwordHash: await bcrypt.hash(password, 8),
        isAdmin: db.data.members.length === 0,
      };
      db.data.members.push(member);
      await db.write();
      await session.actions.signIn(asUser(member));
    }),

  logoutEverywhere: memberProcedure.mutation(async ({ ctx }) => {
    await ctx.layer.revokeUserSessions(ctx.principal.userId, 'user_request');
  }),
});

export const authRouter = ({ db }: Services) =>
  mergeRouters(
    accounts,
    latchkeyRouter({
      async checkPassword(username, password) {
        const member = db.data.members.find(({ name }) => name === username);
        if (!member || !(await bcrypt.compare(password, member.passwordHash))) {
          throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Wrong name or password' });
        }
        return asUser(member);
      },
    }),
  );
