import type { Actor } from '@latchkey/core';
import type { Env } from '../config/env.ts';
import type { Terminal } from '../process/terminal.ts';
import { terminalText } from '../process/terminal-text.ts';
import type { Services } from '../services/services.ts';

/** What a CLI command prints: the same facts as text and, with `--json`, as JSON. */
export interface Report {
  readonly text: string;
  readonly data: unknown;
  /** False if a check failed, such as a broken audit log; the exit code is then 1. */
  readonly holds?: boolean;
}

export interface Input {
  /** Values of the command's arguments, by argument name. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Values of the command's options, by name in camel case; a flag has the value 'true'. */
  readonly options: Readonly<Record<string, string | undefined>>;
  /**
   * Parses the environment.
   *
   * @throws OptionsError listing each invalid variable
   */
  env(): Env;
  /** Opens the server's services on the first call, and returns the same ones afterwards. */
  services(): Promise<Services>;
  readonly terminal: Terminal;
}

export interface Command {
  readonly summary: string;
  /** The command's options, as in `--role <role>`, each with its description. */
  readonly options?: Readonly<Record<string, string>>;
  run(input: Input): Promise<Report>;
}

/** An error that the operator can fix; the CLI prints it without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** Exit code of the CLI. 1: refused or not found; 2: invalid usage. */
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The actor that the audit log records for every CLI command. */
export const OPERATOR: Actor = { userId: null, userAgent: 'latchkey cli', ipAddress: null };

/**
 * Formats a text table: rows under headings, with aligned columns and escaped control characters.
 */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((line) =>
    line.map((cell) => terminalText(cell, 'nothing')),
  );
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Formats milliseconds since the epoch as ISO 8601. */
export function instant(at: number): string {
  return new Date(at).toISOString();
}
