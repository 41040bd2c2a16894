import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the program is killed and the call rejects. */
  readonly timeout?: number;
  /** Called with each line of standard output while the program runs. */
  readonly onLine?: (line: string) => void;
}

/** The parts of a machine that the search for a program uses; a test replaces any of them. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly isRoot: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** The folder that keeps unpacked programs for later test runs. */
  readonly cache: string;
  /**
   * Runs a program to its end.
   *
   * @returns its standard output
   * @throws Error with its standard error, if it cannot be started or its exit code is not 0
   */
  run(file: string, parameters: readonly string[], options?: RunOptions): Promise<string>;
  isExecutable(path: string): Promise<boolean>;
  /** Shows one line of progress. */
  log(line: string): void;
}

/**
 * A program that the tests need is missing or cannot be used. The message is one sentence that
 * names the fix.
 */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

export const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  isRoot: process.getuid?.() === 0,
  env: process.env,
  cache: join(homedir(), '.cache', 'latchkey'),
  run,
  isExecutable: (path) =>
    access(path, constants.X_OK).then(
      () => true,
      () => false,
    ),
  // Progress goes to standard error, because another program may read standard output.
  log: (line) => console.error(line),
};

/** Returns the first non-empty line of an error, without a full stop, for use in a sentence. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (lines.find((line) => /^E: |error/i.test(line)) ?? lines[0] ?? 'no reason given')
    .replace(/^E: /, '')
    .replace(/\.$/, '');
}

async function run(
  file: string,
  parameters: readonly string[],
  { onLine, ...options }: RunOptions = {},
): Promise<string> {
  if (!onLine) {
    const { stdout } = await execute(file, parameters, { maxBuffer: 2 ** 26, ...options }).catch(
      (error: Error & { stderr?: string }) => {
        throw new Error(error.stderr?.trim() || error.message);
      },
    );
    return stdout;
  }
  const child = spawn(file, parameters, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  createInterface(child.stdout).on('line', (line) => {
    out += `${line}\n`;
    onLine(line);
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0) throw new Error(err.trim() || `${file} ended with exit code ${code}`);
  return out;
}
