import { parseArgs } from 'node:util';
import { type Clock, OptionsError } from '@latchkey/core';
import { TRPCError } from '@trpc/server';
import { parseEnv } from '../config/env.ts';
import { describeFaults } from '../config/env-faults.ts';
import type { PasswordHasher } from '../features/accounts/passwords.ts';
import type { Logger } from '../process/log.ts';
import type { Terminal } from '../process/terminal.ts';
import { escapingTerminal } from '../process/terminal-text.ts';
import { openServices, type Services } from '../services/services.ts';
import { AUDIT_COMMANDS } from './audit.ts';
import { type Command, CommandError } from './command.ts';
import { DOCTOR_COMMANDS } from './doctor.ts';
import { KEY_COMMANDS } from './keys.ts';
import { MAINTENANCE_COMMANDS } from './maintenance.ts';
import { POLICY_COMMANDS } from './policies.ts';
import { SESSION_COMMANDS } from './sessions.ts';
import { USER_COMMANDS } from './users.ts';

/** Milliseconds that closing the stores may take after a command. */
const CLOSING_MS = 5_000;

/** The operator's commands by name. */
const COMMANDS: Readonly<Record<string, Command>> = {
  ...USER_COMMANDS,
  ...SESSION_COMMANDS,
  ...AUDIT_COMMANDS,
  ...KEY_COMMANDS,
  ...POLICY_COMMANDS,
  ...MAINTENANCE_COMMANDS,
  ...DOCTOR_COMMANDS,
};

export interface CommandLine {
  /** The environment, as the server would read it. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly logger: Logger;
  /** Replaces the database's clock, for tests. */
  readonly clock?: Clock;
  /**
   * A cheaper hasher, for tests that are not about hashing.
   */
  readonly hasher?: PasswordHasher;
}

/**
 * Runs one command; prints its report, or an error with its fix.
 *
 * @returns the exit code: 0 done; 1 refused, not found or a failed check; 2 invalid usage
 */
export async function runCommand(
  words: readonly string[],
  { variables, terminal: given, logger, clock, hasher }: CommandLine,
): Promise<0 | 1 | 2> {
  const terminal = escapingTerminal(given);
  let opened: Promise<Services> | undefined;
  try {
    const name = [words.slice(0, 2), words.slice(0, 1)]
      .map((some) => some.join(' '))
      .find((candidate) => Object.hasOwn(COMMANDS, candidate));
    const command = name === undefined ? undefined : COMMANDS[name];
    if (name === undefined || !command) {
      await terminal.print(overview(words));
      return 0;
    }
    const { values, positionals } = parseWords(name, command, words.slice(name.split(' ').length));
    if (values.help) {
      await terminal.print(helpFor(name, command));
      return 0;
    }
    const report = await command.run({
      arguments: argumentsOf(name, command, positionals),
      options: Object.fromEntries(
        Object.entries(values).map(([option, value]) => [option, String(value)]),
      ),
      env: () => parseEnv(variables),
      services: () =>
        (opened ??= openServices(parseEnv(variables), {
          logger,
          ...(clock && { clock }),
          ...(hasher && { hasher }),
        })),
      terminal,
    });
    if (report.text !== '')
      await terminal.print(values.json ? JSON.stringify(report.data, null, 2) : report.text);
    return report.holds === false ? 1 : 0;
  } catch (error) {
    terminal.printError(explain(error));
    return error instanceof CommandError ? error.exitCode : 1;
  } finally {
    await opened?.then((services) => inTime(services.close())).catch(() => {});
  }
}

/** A store that does not answer must not keep a command running. */
async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSING_MS);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

function parseWords(name: string, command: Command, args: string[]) {
  const options = Object.keys(command.options ?? {}).map(
    (option) => option.split('=') as [string, string?],
  );
  const types = Object.fromEntries(
    options.map(([option, value]) => [
      option,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  /** Ids are base64url: one in 64 begins with a dash. Options begin with two. */
  const isId = (word: string) => /^-[A-Za-z0-9_-]{7,}$/.test(word) && !word.startsWith('--');
  const inOrder = [...args.filter((word) => !isId(word)), '--', ...args.filter(isId)];
  try {
    return parseArgs({
      args: inOrder,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' }, ...types },
    });
  } catch (error) {
    throw new CommandError(
      `${(error as Error).message.split('. ')[0]}.\n\n${helpFor(name, command)}`,
      2,
    );
  }
}

function argumentsOf(
  name: string,
  command: Command,
  given: readonly string[],
): Record<string, string> {
  const wanted = command.arguments ?? [];
  const missing = wanted.slice(given.length).find((argument) => !argument.endsWith('?'));
  if (missing) throw new CommandError(`${name} needs: ${missing}.\n\n${helpFor(name, command)}`, 2);
  if (given.length > wanted.length)
    throw new CommandError(
      `${name} does not take "${given[wanted.length]}".\n\n${helpFor(name, command)}`,
      2,
    );
  return Object.fromEntries(
    given.map((value, index) => [wanted[index]?.replace('?', '') ?? '', value]),
  );
}

function overview(words: readonly string[]): string {
  const [first] = words;
  const list = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(18)}${summary}`,
  );
  const usage = [
    'npm run cli -- <command>',
    '',
    ...list,
    '',
    'Every command takes --help, and --json for programs. Settings are read from the environment, as by the server.',
  ].join('\n');
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') return usage;
  throw new CommandError(`"${words.slice(0, 2).join(' ')}" is not a command.\n\n${usage}`, 2);
}

function helpFor(name: string, { summary, arguments: wanted = [], options = {} }: Command): string {
  const usage = [
    'npm run cli --',
    name,
    ...wanted.map((argument) =>
      argument.endsWith('?') ? `[${argument.slice(0, -1)}]` : `<${argument}>`,
    ),
  ].join(' ');
  const all = { ...options, json: 'prints JSON' };
  return [
    usage,
    '',
    `  ${summary}`,
    '',
    ...Object.entries(all).map(
      ([option, meaning]) => `  --${option.replace('=', ' ').padEnd(16)} ${meaning}`,
    ),
  ].join('\n');
}

function explain(error: unknown): string {
  if (error instanceof OptionsError)
    return describeFaults('The command cannot run with this environment:', error);
  if (error instanceof CommandError || error instanceof TRPCError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
