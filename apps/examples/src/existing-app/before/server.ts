import { initTRPC, TRPCError } from '@trpc/server';
import {
  type CreateExpressContextOptions,
  createExpressMiddleware,
} from '@trpc/server/adapters/express';
import express, { type Express } from 'express';
import { flattenError, ZodError, z } from 'zod';
import type { Settings } from '../club.ts';
import { memberIn, PASS, passFor } from './passes.ts';

const contextFor =
  (settings: Settings) =>
  async ({ req, res }: CreateExpressContextOptions) => {
    const member = await memberIn(req.headers.cookie, settings);
    return { club: settings.club, res, ticket: String(res.getHeader('x-ticket')), member };
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

const publicProcedure = t.procedure.use(named);
const memberProcedure = publicProcedure.use(asMember);
const committeeProcedure = memberProcedure.use(asCommittee);

function createRouter(settings: Settings) {
  const { club } = settings;
  return t.router({
    signIn: publicProcedure
      .input(z.object({ email: z.string(), password: z.string() }))
      .mutation(async ({ ctx, input }) => {
        const member = await club.checkPassword(input.email, input.password);
        if (!member)
          throw new TRPCError({
            code: 'UNAUTHORIZED',
            message: 'That address and password do not match.',
          });
        ctx.res.cookie(PASS.name, await passFor(member, settings), {
          httpOnly: true,
          secure: true,
          sameSite: 'lax',
          maxAge: PASS.seconds * 1000,
        });
      }),
    signOut: publicProcedure.mutation(({ ctx }) => void ctx.res.clearCookie(PASS.name)),
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
  let tickets = 0;
  const app = express();
  app.use((_request, response, next) => {
    response.setHeader('x-ticket', `T${++tickets}`);
    next();
  });
  app.get('/health', (_request, response) => void response.send('fine'));
  app.use(
    '/trpc',
    createExpressMiddleware({
      router: createRouter(settings),
      createContext: contextFor(settings),
    }),
  );
  return app;
}
