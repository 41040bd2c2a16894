import { listPolicies, type Policy, type StatedPolicy } from '@latchkey/trpc';
import { createRouter, type RouterDependencies } from '../../router.ts';

/**
 * Every procedure of this app with its policy. Nothing is opened: the router is built, and not
 * called.
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

/** A row of the table for people. */
export function policyRow({ path, type, place, policy }: StatedPolicy): string[] {
  const { revocation, maxAuthenticationAgeSeconds, setsCookies } = policy;
  return [
    path,
    type,
    place ?? '-',
    whoMay(policy),
    policy.access === 'public' ? '-' : revocation,
    maxAuthenticationAgeSeconds === null ? '-' : `< ${maxAuthenticationAgeSeconds} s ago`,
    setsCookies ? 'sets' : '-',
  ];
}

function whoMay({ access }: Policy): string {
  if (access === 'public') return 'anybody';
  return access === 'signed_in' ? 'signed in' : access.role;
}

/** docs/policies.md. */
export function policiesPage(policies: readonly StatedPolicy[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `# Who may call what

Printed by \`npm run --silent cli -- policies --markdown\` from the router itself; a test holds this page equal to it. Each procedure states its policy once, and what is
stated is what is enforced ([decision 019](decisions/019-a-policy-is-stated-once-and-freshness-is-in-the-session.md)).

- **Revocation**: \`feed\` goes by the access token, unless the revocation feed says that it does not hold any more; \`strict\` asks the store at each call, and the
  role is the one of that moment.
- **Password**: how long ago it was given, by signing in or to \`auth.reauthenticate\`. Otherwise the answer is 403 with the reason \`reauthentication_required\`. The figure is
  \`REAUTHENTICATION_SECONDS\`.
- **Cookies**: those that set them are not for a streamed batch, and refuse it before they do anything.

${[line(POLICY_HEADINGS), line(POLICY_HEADINGS.map(() => '---')), ...policies.map((policy) => line(policyRow(policy)))].join('\n')}`;
}
