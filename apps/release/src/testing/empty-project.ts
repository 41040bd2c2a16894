import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../published.ts';

const run = promisify(execFile);

/** A project of somebody else's: outside the workspace, with nothing in it but what npm installs. */
export interface EmptyProject {
  write(file: string, text: string): void;
  /** The package.json of something installed. */
  manifestOf(name: string): Record<string, unknown>;
  /** Runs a program with the Node of the tests and without any condition of this workspace. @throws Error with what it printed, when it fails */
  node(...parameters: string[]): Promise<string>;
  /** The compiler's verdict, empty when it has nothing to say. */
  tsc(config: object): Promise<string>;
  remove(): void;
}

/**
 * @param specs what to install: names with versions, paths of tarballs
 * @throws Error with what npm said, when something cannot be installed
 */
export async function emptyProject(specs: readonly string[]): Promise<EmptyProject> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-consumer-'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const { NODE_OPTIONS: _, ...env } = process.env;
  const here = { cwd: folder, env };
  write('package.json', '{ "name": "consumer", "private": true, "type": "module" }');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...specs], here).catch((error) => {
    remove();
    throw new Error('npm could not install the packages into an empty project. Is the registry reachable? Its words are below.', { cause: error });
  });
  return {
    write,
    manifestOf: (name) => JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')),
    node: async (...parameters) => (await run(process.execPath, parameters, here)).stdout,
    async tsc(config) {
      write('tsconfig.json', JSON.stringify(config));
      const { stdout } = await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.'], here).catch((error: { readonly stdout: string }) => error);
      return stdout;
    },
    remove,
  };
}
