import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { INSTALLERS, type Installer } from './installers.ts';

const run = promisify(execFile);

/** The output of a command, and its exit code. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project of an adopter: outside the workspace, with the installed packages alone. */
export interface EmptyProject {
  write(file: string, text: string): void;
  /** Returns the package.json of an installed package. */
  manifestOf(name: string): Record<string, unknown>;
  /**
   * Runs a program with the Node of the tests and without this workspace's export conditions.
   *
   * @throws Error with the program's output if it fails
   */
  node(...parameters: string[]): Promise<string>;
  /**
   * Runs a command of an installed package with the Node of the tests, as `npx` does.
   *
   * @returns its output and its exit code
   */
  command(name: string, ...parameters: string[]): Promise<CommandResult>;
  /**
   * Runs any program in the project; `node` is the Node of the tests.
   *
   * @returns its output
   * @throws Error with the program's output if it fails
   */
  run(program: string, ...parameters: string[]): Promise<string>;
  /** Returns the output of a program if it failed, else null. */
  failing(program: string, ...parameters: string[]): Promise<string | null>;
  /** Returns the errors of the project's own compiler; an empty text without errors. */
  tsc(config: object): Promise<string>;
  remove(): void;
}

/**
 * Creates a project and installs packages into it.
 *
 * @param specs names with versions, or with `file:` and the path of a tarball
 * @param tarballs what dependencies between the packages resolve to: they are not in the registry
 * @throws Error with the installer's output if an installation fails
 */
export async function emptyProject(
  specs: readonly string[],
  installer: Installer,
  tarballs: Readonly<Record<string, string>>,
): Promise<EmptyProject> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-consumer-'));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const { NODE_OPTIONS: _, ...env } = process.env;
  const here = { cwd: folder, env, maxBuffer: 2 ** 26 };
  const dependencies = Object.fromEntries(
    specs.map((spec) => [
      spec.slice(0, spec.indexOf('@', 1)),
      spec.slice(spec.indexOf('@', 1) + 1),
    ]),
  );
  const { files, command } = INSTALLERS[installer](tarballs);
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies };
  write('package.json', JSON.stringify({ ...manifest, resolutions: tarballs }));
  for (const [file, text] of Object.entries(files)) write(file, text);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const [program = '', ...parameters] = command;
  await run(program, parameters, here).catch((error: unknown) => {
    remove();
    throw new Error(
      `${installer} could not install the packages into an empty project. Is the registry reachable? Its output is below.`,
      { cause: error },
    );
  });
  const execute = (program: string, ...parameters: string[]) =>
    run(program === 'node' ? process.execPath : program, parameters, here);
  return {
    write,
    manifestOf: (name) =>
      JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')),
    node: async (...parameters) => (await execute('node', ...parameters)).stdout,
    run: async (program, ...parameters) => (await execute(program, ...parameters)).stdout,
    failing: (program, ...parameters) =>
      execute(program, ...parameters).then(
        () => null,
        ({ message, stdout, stderr }) => stdout + stderr || message,
      ),
    command: (name, ...parameters) =>
      run(join(folder, 'node_modules/.bin', name), parameters, {
        ...here,
        env: { ...env, PATH: [dirname(process.execPath), env.PATH].join(delimiter) },
      }).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }: CommandResult) => ({ code, stdout, stderr }),
      ),
    async tsc(config) {
      write('tsconfig.json', JSON.stringify(config));
      const { stdout } = await run(join(folder, 'node_modules/.bin/tsc'), ['-p', '.'], here).catch(
        (error: { readonly stdout: string }) => error,
      );
      return stdout;
    },
    remove,
  };
}

/**
 * Matches errors in the declarations of dependencies, some of which do not compile with current
 * ones of ws. All declarations are checked.
 */
const NOT_OURS =
  /^node_modules\/@trpc\/server\/dist\/(adapters\/)?ws[\w-]*\.d\.[cm]ts\S+ error TS2694/;

/** Returns the lines of a compiler's output, apart from errors in dependencies' declarations. */
export const withoutOthersErrors = (said: string): string[] =>
  said.split('\n').filter((line) => line !== '' && !NOT_OURS.test(line));
