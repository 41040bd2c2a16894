import {
  authRouter,
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
  responseMeta,
} from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import {
  type CreateExpressContextOptions,
  createExpressMiddleware,
} from '@trpc/server/adapters/express';
import express from 'express';
import { type Claims, checkMember, layer } from './sessions.ts';

const t = initTRPC.context<LatchkeyContext<Claims>>().create({ errorFormatter: formatError });
const { signedIn, withRole, revalidated, allow } = latchkeyProcedures<'Admin' | 'User', Claims>();

const may = (permission: Claims['permissions'][number]) =>
  allow(`the permission ${permission}`, ({ claims }) => claims.permissions.includes(permission));

const router = t.router({
  auth: authRouter({ checkPassword: checkMember }),
  tenant: t.procedure.concat(signedIn).query(({ ctx }) => ctx.principal.claims.tenantId),
  report: t.procedure.concat(withRole('Admin', 'User')).query(() => 'the report'),
  invite: t.procedure.concat(may('invite')).mutation(() => 'invited'),
  now: t.procedure.concat(revalidated).query(({ ctx }) => ctx.principal.claims.permissions),
});
export type AppRouter = typeof router;

const app = express();
app.use(
  '/trpc',
  latchkey({ layer }),
  createExpressMiddleware({
    router,
    createContext: (options: CreateExpressContextOptions) => createLatchkeyContext<Claims>(options),
    responseMeta,
  }),
);
export const server = app.listen(Number(process.env.PORT ?? 3000));
