import { authRouter, requirePolicies } from '@latchkey/trpc';
import {
  type AccountRouterDependencies,
  accountRouter,
} from '../features/accounts/account-procedures.ts';
import { type AdminRouterDependencies, adminRouter } from '../features/admin/admin-procedures.ts';
import { adminOnly, dashboard } from '../features/dashboard/dashboard-procedures.ts';
import { router } from './trpc.ts';

export type RouterDependencies = AccountRouterDependencies & AdminRouterDependencies;

/**
 * Creates the router of all procedures. It uses the dependencies only when a procedure is called.
 *
 * @throws Error naming each procedure that does not state exactly one policy
 */
export function createRouter(dependencies: RouterDependencies) {
  const { accounts } = dependencies;
  const auth = authRouter({
    checkPassword: (...pair) => accounts.checkPassword(...pair),
    confirmPassword: (...given) => accounts.confirmPassword(...given),
  });
  return requirePolicies(
    router({
      auth,
      account: accountRouter(dependencies),
      admin: adminRouter(dependencies),
      dashboard,
      adminOnly,
    }),
  );
}

/** The type of the API's router: the only thing that the web client imports from the server. */
export type AppRouter = ReturnType<typeof createRouter>;
