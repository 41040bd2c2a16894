import { listPolicies, type Policy, type StatedPolicy } from '@latchkey/trpc';
import { createRouter, type RouterDependencies } from '../../api/router.ts';

/**
 * Lists every procedure of the reference app with its policy. Opens no store: the router is built
 * but not called.
 */
export function allPolicies(reauthenticationSeconds: number): StatedPolicy[] {
  return listPolicies(createRouter({ reauthenticationSeconds } as RouterDependencies));
}

export const POLICY_HEADINGS = [
  'Procedure',
  'Type',
  'Plain HTTP',
  'Who',
  'Revocation',
  'Password',
  'Cookies',
] as const;

/** Formats one row of the table of policies. */
export function policyRow({ path, type, place, policy }: StatedPolicy): string[] {
  const { revocation, maxAuthenticationAgeSeconds, setsCookies } = policy;
  return [
    path,
    type,
    place ?? '-',
    callersOf(policy),
    policy.access === 'public' ? '-' : revocation,
    maxAuthenticationAgeSeconds === null ? '-' : `< ${maxAuthenticationAgeSeconds} s ago`,
    setsCookies ? 'sets' : '-',
  ];
}

function callersOf({ access }: Policy): string {
  if (access === 'public') return 'everyone';
  if (access === 'signed_in') return 'signed in';
  return 'needs' in access ? access.needs : access.roles.join(', ');
}

/** Returns the text of docs/policies.md. */
export function policiesPage(policies: readonly StatedPolicy[]): string {
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
- **Cookies**: a procedure that sets cookies refuses a streamed batch before it does anything.

${[line(POLICY_HEADINGS), line(POLICY_HEADINGS.map(() => '---')), ...policies.map((policy) => line(policyRow(policy)))].join('\n')}`;
}
