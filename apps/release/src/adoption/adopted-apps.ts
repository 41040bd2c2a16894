import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Packed } from '../make-packages.ts';
import { ROOT } from '../published.ts';
import { tarballsOf } from './consumer.ts';
import { INSTALLERS } from './installers.ts';

const run = promisify(execFile);

/** The apps in apps/examples that other people could have written, and that adopted the packages. */
export const ADOPTED_APPS = ['express4-knex', 't3-drizzle', 'react18-strict'] as const;
export type AdoptedApp = (typeof ADOPTED_APPS)[number];

/** The scripts of an app that must pass, in order; those that it does not have are left out. */
const SCRIPTS = ['typecheck', 'test', 'build'];

interface AppManifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Copies an app out of the workspace, installs it by npm with the tarballs, type-checks it, runs
 * its tests and builds it.
 *
 * @param postgresUrl a PostgreSQL in which the tests of the app may create databases
 * @returns the output of the step that failed; null if all passed
 */
export async function adoptedAppFault(
  app: AdoptedApp,
  packages: readonly Packed[],
  postgresUrl: string,
): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), `latchkey-${app}-`));
  const options = { cwd: folder, env: environment(postgresUrl), maxBuffer: 2 ** 26 };
  try {
    cpSync(join(ROOT, 'apps/examples', app), folder, {
      recursive: true,
      filter: (path) => !/[/\\](node_modules|dist)$/.test(path),
    });
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as AppManifest;
    const installed = JSON.stringify(withTarballs(manifest, tarballsOf(packages)));
    writeFileSync(join(folder, 'package.json'), installed);
    const [npm = '', ...install] = INSTALLERS.npm({}).command;
    await run(npm, [...install, '--no-package-lock'], options);
    for (const script of SCRIPTS.filter((name) => name in manifest.scripts))
      await run(npm, ['run', '--silent', script], options);
    return null;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Partial<Record<string, string>>;
    return [message, stdout, stderr].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Returns the package.json of an app with tarballs in place of versions. npm finds what the
 * tarballs need of each other by overrides.
 */
function withTarballs(
  { dependencies, ...manifest }: AppManifest,
  tarballs: Readonly<Record<string, string>>,
): object {
  const overrides = Object.entries(tarballs).filter(([name]) => !(name in dependencies));
  return {
    ...manifest,
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([name, version]) => [name, tarballs[name] ?? version]),
    ),
    overrides: Object.fromEntries(overrides),
  };
}

/** The environment of a shell: the Node of the tests, and nothing of the test runner around it. */
function environment(postgresUrl: string): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_ENV: __, ...others } = process.env;
  const own = Object.entries(others).filter(([name]) => !/^(VITEST|TEST$|npm_)/.test(name));
  return {
    ...Object.fromEntries(own),
    PATH: [dirname(process.execPath), others.PATH].join(delimiter),
    TEST_POSTGRES_URL: postgresUrl,
  };
}
