import {
  allPolicies,
  POLICY_HEADINGS,
  policiesPage,
  policyRow,
} from '../features/docs/policies.ts';
import { type Command, table } from './command.ts';

export const POLICY_COMMANDS: Readonly<Record<string, Command>> = {
  policies: {
    summary: 'prints who may call which procedure; opens no store',
    options: { '--markdown': 'prints docs/policies.md' },
    async run(input) {
      const policies = allPolicies(input.env().reauthenticationSeconds);
      const headings = POLICY_HEADINGS.map((heading) => heading.toUpperCase());
      return {
        text: input.options.markdown
          ? policiesPage(policies)
          : table(headings, policies.map(policyRow)),
        data: policies,
      };
    },
  },
};
