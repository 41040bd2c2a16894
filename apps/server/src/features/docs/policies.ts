import { listPolicies, type Policy, type StatedPolicy } from '@latchkey/trpc';
import type { AnyTRPCProcedure } from '@trpc/server';
import { createRouter, type RouterDependencies } from '../../api/router.ts';
import type { ProcedureMeta } from '../../api/trpc.ts';

/** A procedure with its policy, and whether it refuses callers with a one-time password. */
export interface AppPolicy extends StatedPolicy {
  readonly needsOwnPassword: boolean;
}

/**
 * Lists every procedure of the reference app with its policy. Opens no store: the router is built
 * but not called.
 */
export function allPolicies(reauthenticationSeconds: number): AppPolicy[] {
  const router = createRouter({ reauthenticationSeconds } as RouterDependencies);
  const procedures = router._def.procedures as unknown as Record<string, AnyTRPCProcedure>;
  return listPolicies(router).map((stated) => {
    const meta = procedures[stated.path]?._def.meta as ProcedureMeta | undefined;
    return { ...stated, needsOwnPassword: meta?.needsOwnPassword === true };
  });
}

export const POLICY_HEADINGS = [
  'Procedure',
  'Type',
  'Plain HTTP',
  'Who',
  'Revocation',
  'Password',
  'One-time',
  'Cookies',
] as const;

/** Formats one row of the table of policies. */
export function policyRow({ path, type, place, policy, needsOwnPassword }: AppPolicy): string[] {
  const { revocation, maxAuthenticationAgeSeconds, setsCookies } = policy;
  return [
    path,
    type,
    place ?? '-',
    callersOf(policy),
    policy.access === 'public' ? '-' : revocation,
    maxAuthenticationAgeSeconds === null ? '-' : `< ${maxAuthenticationAgeSeconds} s ago`,
    needsOwnPassword ? 'refused' : '-',
    setsCookies ? 'sets' : '-',
  ];
}

function callersOf({ access }: Policy): string {
  if (access === 'public') return 'everyone';
  if (access === 'signed_in') return 'signed in';
  return 'needs' in access ? access.needs : access.roles.join(', ');
}

/** Returns the text of docs/policies.md. */
export function policiesPage(policies: readonly AppPolicy[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `# Policies

Who may call which procedure. \`npm run --silent cli -- policies --markdown\` prints this page from
the router; a test keeps it equal. Each procedure states its policy once, and the statement is what
is enforced
([decision 019](decisions/019-a-policy-is-stated-once-and-freshness-is-in-the-session.md)).

- **Revocation**: \`feed\` trusts the access token unless the revocation feed says otherwise;
  \`strict\` asks the store at each call and uses the current role.
- **Password**: how recently it must have been given, at sign-in or to \`auth.reauthenticate\`.
  Otherwise: 403 \`reauthentication_required\`. The number is \`REAUTHENTICATION_SECONDS\`.
- **One-time**: a caller who signed in with a one-time password is refused until they have chosen a
  password: 403 \`password_change_required\`.
- **Cookies**: a procedure that sets cookies refuses a streamed batch before it does anything.

${[line(POLICY_HEADINGS), line(POLICY_HEADINGS.map(() => '---')), ...policies.map((policy) => line(policyRow(policy)))].join('\n')}`;
}
