import { type AuthRouterDependencies, authRouter } from '@latchkey/trpc';
import { adminOnly, dashboard } from './features/dashboard/dashboard-procedures.ts';
import { router } from './trpc.ts';

/** Every procedure there is. */
export function createRouter(dependencies: AuthRouterDependencies) {
  return router({ auth: authRouter(dependencies), dashboard, adminOnly });
}

/** All that the client imports, and only as a type. */
export type AppRouter = ReturnType<typeof createRouter>;
