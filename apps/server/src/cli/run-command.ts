import { type Clock, OptionsError } from '@latchkey/core';
import { TRPCError } from '@trpc/server';
import { parseEnv } from '../config/env.ts';
import { describeFaults } from '../config/env-faults.ts';
import type { PasswordHasher } from '../features/accounts/passwords.ts';
import type { Logger } from '../process/log.ts';
import type { Terminal } from '../process/terminal.ts';
import { harmlessTerminal } from '../process/terminal-text.ts';
import { openServices, type Services } from '../services/services.ts';
import { AUDIT_COMMANDS } from './audit.ts';
import { type Command, CommandError } from './command.ts';
import { DOCTOR_COMMANDS } from './doctor.ts';
import { KEY_COMMANDS } from './keys.ts';
import { MAINTENANCE_COMMANDS } from './maintenance.ts';
import { parseCommandLine } from './parse-command-line.ts';
import { POLICY_COMMANDS } from './policies.ts';
import { SESSION_COMMANDS } from './sessions.ts';
import { USER_COMMANDS } from './users.ts';

/** How long closing the stores may take once a command is done. */
const CLOSING_MS = 5_000;

/** The operator's commands, by their words and arguments. */
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
  /** In place of the database's clock, for tests. */
  readonly clock?: Clock;
  /**
   * In place of one that works as hard as production needs, for tests that are not about hashing.
   */
  readonly hasher?: PasswordHasher;
}

/**
 * Runs the command that the words name; prints its report, or what is wrong and how to mend it.
 *
 * @returns the exit code: 0 done, 1 refused, not found or not so, 2 not understood
 */
export async function runCommand(
  words: readonly string[],
  { variables, terminal: plainTerminal, logger, clock, hasher }: CommandLine,
): Promise<0 | 1 | 2> {
  const terminal = harmlessTerminal(plainTerminal);
  let opened: Promise<Services> | undefined;
  try {
    const invocation = parseCommandLine(COMMANDS, words);
    if (typeof invocation === 'string') {
      await terminal.print(invocation);
      return 0;
    }
    const { command, isJson, ...given } = invocation;
    const report = await command.run({
      ...given,
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
      await terminal.print(isJson ? JSON.stringify(report.data, null, 2) : report.text);
    return report.holds === false ? 1 : 0;
  } catch (error) {
    terminal.complain(explain(error));
    return error instanceof CommandError ? error.exitCode : 1;
  } finally {
    await opened?.then((services) => inTime(services.close())).catch(() => {});
  }
}

/** A store that does not answer does not hold up the end of a command. */
async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSING_MS);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

function explain(error: unknown): string {
  if (error instanceof OptionsError)
    return describeFaults('The command cannot run with this environment:', error);
  if (error instanceof CommandError || error instanceof TRPCError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
