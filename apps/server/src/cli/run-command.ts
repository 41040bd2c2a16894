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
import { parseCommandLine } from './parse-command-line.ts';
import { POLICY_COMMANDS } from './policies.ts';
import { RESCUE_COMMANDS } from './rescue.ts';
import { SESSION_COMMANDS } from './sessions.ts';
import { USER_COMMANDS } from './users.ts';

/** Milliseconds that closing the stores may take after a CLI command. */
const CLOSING_MS = 5_000;

/** All CLI commands, by their words and arguments. */
const COMMANDS: Readonly<Record<string, Command>> = {
  ...USER_COMMANDS,
  ...RESCUE_COMMANDS,
  ...SESSION_COMMANDS,
  ...AUDIT_COMMANDS,
  ...KEY_COMMANDS,
  ...POLICY_COMMANDS,
  ...MAINTENANCE_COMMANDS,
  ...DOCTOR_COMMANDS,
};

export interface CommandLine {
  /** The environment variables, as the server would read them. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly logger: Logger;
  /** Replaces the database's clock in tests. */
  readonly clock?: Clock;
  /** Replaces the password hasher by a cheaper one in tests. */
  readonly hasher?: PasswordHasher;
}

/**
 * Runs one CLI command; prints its report, or an error with its fix.
 *
 * @returns the exit code: 0 done; 1 refused, not found or a failed check; 2 invalid usage
 */
export async function runCommand(
  words: readonly string[],
  { variables, terminal: plainTerminal, logger, clock, hasher }: CommandLine,
): Promise<0 | 1 | 2> {
  const terminal = escapingTerminal(plainTerminal);
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
    terminal.printError(explain(error));
    return error instanceof CommandError ? error.exitCode : 1;
  } finally {
    await opened?.then((services) => inTime(services.close())).catch(() => {});
  }
}

/**
 * Limits the time for closing the stores: a store that does not answer must not keep a command
 * running.
 */
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
