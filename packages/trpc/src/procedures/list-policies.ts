import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import type { Policy, PolicyMeta, RestMeta } from './policy.ts';

/** A procedure of a router with its policy. */
export interface StatedPolicy {
  /** The procedure's path in tRPC, for example `account.sessions`. */
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly policy: Policy;
  /** The plain HTTP route, for example `GET /dashboard`; `null` without one. */
  readonly place: string | null;
}

/**
 * The property in which a middleware keeps the policy that it enforces: one for every copy of this
 * package.
 */
const ENFORCED: unique symbol = Symbol.for('latchkey.enforced');
type Enforcing = { [ENFORCED]?: Policy };

/** Records that these middlewares enforce a policy. */
export function markEnforcing(
  { _middlewares }: { readonly _middlewares: readonly object[] },
  policy: Policy,
): void {
  for (const middleware of _middlewares) (middleware as Enforcing)[ENFORCED] = policy;
}

/**
 * Lists every procedure of a router with the policy that its middleware enforces, in the router's
 * order.
 *
 * @throws Error naming each procedure without exactly one enforced policy, with the fix
 * @example
 * import { listPolicies } from '@latchkey/trpc';
 *
 * for (const { path, policy } of listPolicies(router)) console.log(path, policy.access);
 */
export function listPolicies(router: AnyTRPCRouter): StatedPolicy[] {
  const faults = Object.keys(router._def.lazy).map(
    (path) => `${path}: is loaded lazily, so its policies are unknown at start. Mount it directly`,
  );
  const stated: StatedPolicy[] = [];
  for (const [path, procedure] of Object.entries(
    router._def.procedures as Record<string, AnyTRPCProcedure>,
  )) {
    const { type, meta } = procedure._def as {
      type: StatedPolicy['type'];
      meta?: PolicyMeta & RestMeta;
    };
    const policy = policyOf(procedure);
    if (typeof policy === 'string') faults.push(`${path}: ${policy}`);
    else
      stated.push({
        path,
        type,
        policy,
        place: meta?.openapi ? `${meta.openapi.method} ${meta.openapi.path}` : null,
      });
  }
  if (faults.length > 0)
    throw new Error(
      ['This router cannot be served: each procedure needs exactly one policy.', ...faults].join(
        '\n  ',
      ),
    );
  return stated;
}

/**
 * Returns the router unchanged if each of its procedures has a policy.
 *
 * @throws Error as {@link listPolicies} does
 * @example
 * import { authRouter, requirePolicies } from '@latchkey/trpc';
 *
 * const appRouter = requirePolicies(t.router({ auth: authRouter({ checkPassword }) }));
 */
export function requirePolicies<Router extends AnyTRPCRouter>(router: Router): Router {
  listPolicies(router);
  return router;
}

/** Returns the policy of a procedure, or the fault as a text. */
function policyOf(procedure: AnyTRPCProcedure): Policy | string {
  const { middlewares, meta } = procedure._def as unknown as {
    middlewares: readonly (object & { _type?: string })[];
    meta?: PolicyMeta;
  };
  const enforced = middlewares.map((middleware) => (middleware as Enforcing)[ENFORCED]);
  const policies = enforced.filter((policy) => policy !== undefined);
  const [policy] = policies;
  if (!policy)
    return 'has no policy. Build it on latchkeyProcedures, such as t.procedure.concat(signedIn)';
  if (policies.length > 1)
    return `has ${policies.length} policies. Use one; withPolicy takes any combination`;
  if (meta?.policy !== policy)
    return 'its meta.policy differs from the policy enforced. Do not set meta.policy';
  if (middlewares.slice(0, enforced.indexOf(policy)).some(({ _type }) => _type === 'input'))
    return 'parses its input before its policy is checked. Put concat(policy) before input()';
  return policy;
}
