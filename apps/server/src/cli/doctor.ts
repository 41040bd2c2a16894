import { describeFindings, type Finding, visit } from '@latchkey/doctor';
import { DEMO_ACCOUNTS } from '../features/accounts/demo-accounts.ts';
import { examineSettings } from '../features/doctor/examine-settings.ts';
import { examineStores } from '../features/doctor/examine-stores.ts';
import { VISITED } from '../features/doctor/visited.ts';
import { type Command, CommandError, type Input } from './command.ts';

export const DOCTOR_COMMANDS: Readonly<Record<string, Command>> = {
  doctor: {
    summary:
      'checks the settings, the stores and, with --url, a running server and its proxies for faults that break sign-in',
    options: {
      '--url <address>':
        'signs in at this address, lets the access token expire, sends 20 requests at once, signs out',
      '--username <name>':
        'the account to sign in with (prompts for the password); by default the demo account bob, in development',
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
            ...VISITED,
          })),
        );
      const looked = `settings and stores${url === undefined ? '' : ` and ${url}`}`;
      const faults = found.filter(({ severity }) => severity === 'fault').length;
      const text =
        found.length === 0
          ? `No findings in ${looked}.`
          : `${describeFindings(found)}\n\n${faults} faults and ${found.length - faults} warnings in ${looked}.`;
      return { text, data: { findings: found }, holds: faults === 0 };
    },
  },
};

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CommandError(
      `--url is ${JSON.stringify(text)}: it must be a URL like https://app.example.com.`,
      2,
    );
  return url;
}

async function credentials({ options: { username }, terminal }: Input, hasDemo: boolean) {
  const demo = DEMO_ACCOUNTS.find(({ role }) => role === 'User');
  if (username === undefined) {
    if (!hasDemo || !demo)
      throw new CommandError(
        '--username is missing, and there are no demo accounts: name the account to sign in with. Its password is read from the prompt or from a pipe.',
        2,
      );
    return demo;
  }
  const password = await terminal.readSecret(`Password of ${username}: `);
  if (password === null)
    throw new CommandError(
      `The password is empty. Type it, or pipe it in: printf '%s\\n' "$PASSWORD" | npm run cli -- doctor --url … --username ${username}`,
      2,
    );
  return { username, password };
}
