import type { Actor } from '@latchkey/core';
import type { Env } from '../config/env.ts';
import type { Terminal } from '../process/terminal.ts';
import { terminalText } from '../process/terminal-text.ts';
import type { Services } from '../services/services.ts';

/** What a command prints: the same facts for people and, with `--json`, for programs. */
export interface Report {
  readonly text: string;
  readonly data: unknown;
  /** False when a check failed (a broken audit log): the exit code is then 1. */
  readonly holds?: boolean;
}

export interface Input {
  /** By the names of the command's arguments. */
  readonly arguments: Readonly<Record<string, string>>;
  /** By the names of its options in camel case; a flag is 'true'. */
  readonly options: Readonly<Record<string, string | undefined>>;
  /** @throws OptionsError */
  env(): Env;
  /** The services, opened on the first call. */
  services(): Promise<Services>;
  readonly terminal: Terminal;
}

export interface Command {
  readonly summary: string;
  /** Flags, as in `--role <role>`, and what they mean. */
  readonly options?: Readonly<Record<string, string>>;
  run(input: Input): Promise<Report>;
}

/** An error that the operator can fix; printed without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** 1: refused or not found; 2: invalid usage. */
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The actor of every command in the audit log. */
export const OPERATOR: Actor = { userId: null, userAgent: 'latchkey cli', ipAddress: null };

/** Formats rows under headings, columns aligned, control characters escaped. */
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
