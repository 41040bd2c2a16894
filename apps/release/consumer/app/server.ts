import { createSessionLayer, deriveKeyRing, memorySessionStore, type User } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import {
  authRouter,
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
} from '@latchkey/trpc';
import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { z } from 'zod';

// An app of an adopter, for every compiler, module system, runtime, bundler and test runner.
const user: User = {
  id: '7',
  username: 'ada',
  role: 'Editor',
  tokenVersion: 0,
  disabled: false,
};
const secret = Buffer.from('the secret of this app, number 1 of 1').toString('base64url');

export const clock = settableClock();

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
/** Exported, so that the compiler writes their types into declarations. */
export const { signedIn, withRole, revalidated } = latchkeyProcedures<'Admin' | 'Editor'>();
export const editors = t.procedure.concat(withRole('Admin', 'Editor'));
export const router = t.router({
  auth: authRouter({
    input: z.object({ email: z.string(), password: z.string() }),
    async signIn({ email, password }) {
      if (email === 'new@example.org')
        throw new TRPCError({ code: 'FORBIDDEN', message: 'Verify your e-mail first.' });
      return email === 'ada@example.org' && password === 'right' ? user : null;
    },
    confirmPassword: async (_principal, password) => password === 'right',
  }),
  mine: t.procedure.concat(signedIn).query(({ ctx }) => ctx.principal.username),
  edit: editors.input(z.object({ text: z.string() })).mutation(({ input }) => input.text.length),
});
export type AppRouter = typeof router;

export async function createApp() {
  const layer = createSessionLayer({
    ring: deriveKeyRing([secret]),
    store: memorySessionStore(), // or sqlSessionStore(await openDatabase('postgres://…'))
    users: { findUser: async (id) => (id === user.id ? user : null) },
    clock, // or systemClock
  });
  await layer.start();
  const app = express();
  app.use(express.json());
  app.use(
    '/trpc',
    latchkey({ layer }),
    createExpressMiddleware({ router, createContext: createLatchkeyContext }),
  );
  return { app, layer };
}
