import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import type { Policy, PolicyMeta } from './policy.ts';
import type { RestMeta } from './procedures.ts';

/** One procedure, and what it asks of its callers. */
export interface StatedPolicy {
  /** As tRPC calls it: `account.sessions`. */
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly policy: Policy;
  /** Where it appears as plain HTTP: `GET /dashboard`; `null` where it does not. */
  readonly place: string | null;
}

/** Which policy a middleware enforces. */
const ENFORCED = new WeakMap<object, Policy>();

/** Notes that these middlewares enforce a policy. */
export function markEnforcing(
  { _middlewares }: { readonly _middlewares: readonly object[] },
  policy: Policy,
): void {
  for (const middleware of _middlewares) ENFORCED.set(middleware, policy);
}

/**
 * Every procedure of a router with its policy, in the router's order; read from the middleware that
 * enforces it.
 *
 * @throws Error naming each procedure that states none, or that what it states does not hold
 */
export function listPolicies(router: AnyTRPCRouter): StatedPolicy[] {
  const faults = Object.keys(router._def.lazy).map(
    (path) => `${path}: is loaded later, so nobody can tell its policies`,
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
      ['This router cannot be served: each procedure states one policy.', ...faults].join('\n  '),
    );
  return stated;
}

/**
 * The router as it is, once each of its procedures states its policy.
 *
 * @throws Error as `listPolicies`
 */
export function requirePolicies<Router extends AnyTRPCRouter>(router: Router): Router {
  listPolicies(router);
  return router;
}

/** The policy, or what is wrong. */
function policyOf(procedure: AnyTRPCProcedure): Policy | string {
  const { middlewares, meta } = procedure._def as unknown as {
    middlewares: readonly (object & { _type?: string })[];
    meta?: PolicyMeta;
  };
  const enforced = middlewares.map((middleware) => ENFORCED.get(middleware));
  const policies = enforced.filter((policy) => policy !== undefined);
  const [policy] = policies;
  if (!policy)
    return 'states none. Build it on one of latchkeyProcedures, for example t.procedure.concat(signedIn), or t.procedure.concat(anyone) where anybody may call';
  if (policies.length > 1)
    return `states ${policies.length}. Build it on one of latchkeyProcedures alone; withPolicy takes any combination`;
  if (meta?.policy !== policy)
    return 'its meta names another policy than the one that is enforced. Leave meta.policy alone';
  if (middlewares.slice(0, enforced.indexOf(policy)).some(({ _type }) => _type === 'input'))
    return 'reads its input before it asks who is calling. Put the policy first';
  return policy;
}
