import { authRouter } from '@latchkey/trpc';
import { type AccountRouterDependencies, accountRouter } from './features/accounts/account-procedures.ts';
import { type AdminRouterDependencies, adminRouter } from './features/admin/admin-procedures.ts';
import { adminOnly, dashboard } from './features/dashboard/dashboard-procedures.ts';
import { router } from './trpc.ts';

/** Every procedure there is. */
export function createRouter(dependencies: AccountRouterDependencies & AdminRouterDependencies) {
  const auth = authRouter({ checkPassword: dependencies.accounts.checkPassword });
  return router({ auth, account: accountRouter(dependencies), admin: adminRouter(dependencies), dashboard, adminOnly });
}

/** All that the client imports, and only as a type. */
export type AppRouter = ReturnType<typeof createRouter>;
