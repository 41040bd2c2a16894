import type { Actor } from '@latchkey/core';
import type { Env } from '../config/env.ts';
import type { Terminal } from '../process/terminal.ts';
import { terminalText } from '../process/terminal-text.ts';
import type { Services } from '../services/services.ts';

/** What a command prints: the same facts for people and, with `--json`, for programs. */
export interface Report {
  readonly text: string;
  readonly data: unknown;
  /** False when what was asked does not hold (a broken audit log): the exit code is then 1. */
  readonly holds?: boolean;
}

export interface Input {
  /** By the names of the command's arguments. */
  readonly arguments: Readonly<Record<string, string>>;
  /** By the names of its options in camel case; a flag is 'true'. */
  readonly options: Readonly<Record<string, string | undefined>>;
  /** @throws OptionsError */
  env(): Env;
  /** The open stores; opened when a command first asks. */
  services(): Promise<Services>;
  readonly terminal: Terminal;
}

export interface Command {
  readonly summary: string;
  /** Flags, as in `--role <role>`, and what they mean. */
  readonly options?: Readonly<Record<string, string>>;
  run(input: Input): Promise<Report>;
}

/** Something the operator should change; printed without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** 1: refused or not found; 2: not understood. */
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Who the audit log says did it. */
export const OPERATOR: Actor = { userId: null, userAgent: 'latchkey cli', ipAddress: null };

/** Rows under headings, columns aligned. A cell stays on its line. */
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

/** An instant as people and programs read it. */
export function instant(at: number): string {
  return new Date(at).toISOString();
}
