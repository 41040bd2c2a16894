import type { Clock } from '@latchkey/core';
import { runCommand } from '../cli/run-command.ts';
import { createLogger } from '../process/log.ts';
import { cheapHasher } from './cheap-hasher.ts';

/** Runs a CLI command within the test's process, a hundred times faster than a child process. */
export async function commandLine(
  words: string,
  variables: Readonly<Record<string, string>>,
  { stdin = '', clock }: { stdin?: string; clock?: Clock } = {},
) {
  const [out, err]: [string[], string[]] = [[], []];
  const readSecret = async () => stdin.split('\n')[0] || null;
  const terminal = {
    print: async (text: string) => void out.push(text),
    printError: (text: string) => void err.push(text),
    progress: () => {},
    readSecret,
  };
  const code = await runCommand(words.split(' ').filter(Boolean), {
    variables,
    terminal,
    logger: createLogger('silent', false),
    hasher: cheapHasher(),
    ...(clock && { clock }),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
