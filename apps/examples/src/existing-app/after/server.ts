import { createSessionLayer, deriveKeyRing } from '@latchkey/core';
import { openDatabase, sqlSessionStore } from '@latchkey/sql';
import { authRouter, createLatchkeyContext, latchkey, latchkeyProcedures } from '@latchkey/trpc';
import { initTRPC, TRPCError } from '@trpc/server';
import {
  type CreateExpressContextOptions,
  createExpressMiddleware,
} from '@trpc/server/adapters/express';
import express, { type Express } from 'express';
import { flattenError, ZodError, z } from 'zod';
import type { Member, Settings } from '../club.ts';

const contextFor =
  (settings: Settings) =>
  async ({ req, res }: CreateExpressContextOptions) => {
    const { session } = createLatchkeyContext({ req });
    const member = session.principal && settings.club.memberByEmail(session.principal.username);
    return { club: settings.club, res, ticket: String(res.getHeader('x-ticket')), member, session };
  };

const t = initTRPC.context<Awaited<ReturnType<ReturnType<typeof contextFor>>>>().create({
  errorFormatter: ({ shape, error, ctx }) => ({
    ...shape,
    data: {
      ...shape.data,
      ticket: ctx?.ticket ?? null,
      fields: error.cause instanceof ZodError ? flattenError(error.cause).fieldErrors : null,
    },
  }),
});

/** Names the called procedures in a response header. */
const named = t.middleware(({ ctx, path, next }) => {
  ctx.res.appendHeader('x-procedure', path);
  return next();
});

const asMember = t.middleware(({ ctx, next }) => {
  if (!ctx.member) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Please sign in.' });
  return next({ ctx: { member: ctx.member } });
});

const asCommittee = t.middleware(({ ctx, next }) => {
  if (!ctx.member?.is_admin)
    throw new TRPCError({ code: 'FORBIDDEN', message: 'This is for the committee.' });
  return next();
});

const asUser = (m: Member | null) =>
  m && {
    id: `${m.id}`,
    username: m.email,
    role: m.is_admin ? 'Admin' : 'User',
    tokenVersion: 0,
    disabled: !!m.left_on,
  };
const { signedIn } = latchkeyProcedures<'Admin' | 'User'>();
const publicProcedure = t.procedure.use(named);
const memberProcedure = publicProcedure.concat(signedIn).use(asMember);
const committeeProcedure = memberProcedure.use(asCommittee);

function createRouter(settings: Settings) {
  const { club } = settings;
  return t.router({
    auth: authRouter({
      checkPassword: async (email, password) => asUser(await club.checkPassword(email, password)),
    }),
    me: publicProcedure.query(
      ({ ctx }) => ctx.member && { email: ctx.member.email, isAdmin: ctx.member.is_admin === 1 },
    ),
    notices: publicProcedure.query(() => club.notices()),
    post: memberProcedure
      .input(z.object({ text: z.string().min(3, 'The text must have at least 3 characters.') }))
      .mutation(({ ctx, input }) => club.post(input.text, ctx.member.email)),
    members: committeeProcedure.query(() => club.members()),
  });
}

export type AppRouter = ReturnType<typeof createRouter>;

export async function createApp(settings: Settings): Promise<Express> {
  const users = {
    findUser: async (id: string) => asUser(settings.club.memberById(Number(id))),
  };
  const store = sqlSessionStore(await openDatabase(settings.sessions));
  const layer = createSessionLayer({
    ring: deriveKeyRing([settings.secret]),
    store,
    users,
    clock: settings,
  });
  let tickets = 0;
  const app = express();
  app.use((_request, response, next) => {
    response.setHeader('x-ticket', `T${++tickets}`);
    next();
  });
  app.get('/health', (_request, response) => void response.send('fine'));
  app.use(
    '/trpc',
    latchkey({ layer }),
    createExpressMiddleware({
      router: createRouter(settings),
      createContext: contextFor(settings),
    }),
  );
  return app;
}
