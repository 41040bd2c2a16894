import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PACKAGE_MANAGER } from '../published.ts';

const run = promisify(execFile);

/**
 * The package manager that installs the packages. npm is the most common; pnpm is this
 * repository's, and its store already has most packages, so that it downloads few.
 */
export type Installer = 'npm' | 'pnpm';

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
  /** Returns the errors of the project's own compiler; an empty text without errors. */
  tsc(config: object): Promise<string>;
  remove(): void;
}

/**
 * Creates a project and installs packages into it.
 *
 * @param specs names with versions, or with `file:` and the path of a tarball
 * @throws Error with the installer's output if an installation fails
 */
export async function emptyProject(
  specs: readonly string[],
  installer: Installer,
): Promise<EmptyProject> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-consumer-'));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const { NODE_OPTIONS: _, ...env } = process.env;
  const here = { cwd: folder, env };
  const dependencies = Object.fromEntries(
    specs.map((spec) => [
      spec.slice(0, spec.indexOf('@', 1)),
      spec.slice(spec.indexOf('@', 1) + 1),
    ]),
  );
  write(
    'package.json',
    JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies }),
  );
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    if (installer === 'pnpm') {
      write('pnpm-workspace.yaml', pnpmSettings(dependencies));
      await run(
        'npx',
        [
          '-y',
          '--prefer-offline',
          PACKAGE_MANAGER,
          'install',
          '--prefer-offline',
          '--loglevel=error',
        ],
        here,
      );
    } else
      await run(
        'npm',
        ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
        here,
      );
  } catch (error) {
    remove();
    throw new Error(
      `${installer} could not install the packages into an empty project. Is the registry reachable? Its output is below.`,
      { cause: error },
    );
  }
  return {
    write,
    manifestOf: (name) =>
      JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')),
    node: async (...parameters) => (await run(process.execPath, parameters, here)).stdout,
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
 * Returns pnpm settings that give npm's layout and its strictness about peers. Dependencies between
 * the tarballs are not in the registry, so they resolve to the tarballs.
 */
function pnpmSettings(dependencies: Readonly<Record<string, string>>): string {
  const overrides = Object.entries(dependencies).filter(([, version]) =>
    version.startsWith('file:'),
  );
  return JSON.stringify({
    packages: ['.'],
    nodeLinker: 'hoisted',
    strictPeerDependencies: true,
    overrides: Object.fromEntries(overrides),
  });
}
