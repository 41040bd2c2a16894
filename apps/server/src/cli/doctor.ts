import { DEMO_ACCOUNTS } from '../features/accounts/demo-accounts.ts';
import { examineSettings } from '../features/doctor/examine-settings.ts';
import { examineStores } from '../features/doctor/examine-stores.ts';
import { describeFindings, type Finding } from '../features/doctor/finding.ts';
import { visit } from '../features/doctor/visit.ts';
import { type Command, CommandError, type Input } from './command.ts';

export const DOCTOR_COMMANDS: Readonly<Record<string, Command>> = {
  doctor: {
    summary:
      'looks for what breaks sign-in in practice: in the settings, the stores and, with --url, on the way to a running server',
    options: {
      '--url <address>':
        'visits the server there: signs in, lets the access token expire, sends 20 requests at once, signs out',
      '--username <name>':
        'who signs in (the password is asked for); in development the demo account bob if left out',
    },
    async run(input) {
      const env = input.env();
      const found: Finding[] = [...examineSettings(env), ...(await examineStores(env))];
      const { url } = input.options;
      if (url !== undefined)
        found.push(
          ...(await visit({
            url: parseUrl(url),
            ...(await credentials(input, env.demo)),
            progress: input.terminal.progress,
          })),
        );
      const looked = `settings and stores${url === undefined ? '' : ` and ${url}`}`;
      const faults = found.filter(({ severity }) => severity === 'fault').length;
      const text =
        found.length === 0
          ? `Nothing found: ${looked}.`
          : `${describeFindings(found)}\n\n${faults} faults and ${found.length - faults} warnings in ${looked}.`;
      return { text, data: { findings: found }, holds: faults === 0 };
    },
  },
};

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CommandError(
      `--url must be an address like https://app.example.com, not ${JSON.stringify(text)}.`,
      2,
    );
  return url;
}

async function credentials({ options: { username }, terminal }: Input, hasDemo: boolean) {
  const demo = DEMO_ACCOUNTS.find(({ role }) => role === 'User');
  if (username === undefined) {
    if (!hasDemo || !demo)
      throw new CommandError(
        'Without demo accounts say who signs in: --username NAME. The password is asked for, or read from what is piped in.',
        2,
      );
    return demo;
  }
  const password = await terminal.readSecret(`Password of ${username}: `);
  if (password === null)
    throw new CommandError(
      `No password came. Type it, or pipe it in: printf '%s\\n' "$PASSWORD" | npm run cli -- doctor --url … --username ${username}`,
      2,
    );
  return { username, password };
}
