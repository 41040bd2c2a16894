import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Packed } from '../make-packages.ts';
import { PACKAGE_MANAGER, ROOT } from '../published.ts';

const run = promisify(execFile);
const EXAMPLES = join(ROOT, 'apps/examples');

/**
 * Copies `apps/examples` out of the workspace, installs it with the tarballs in place of the
 * workspace's packages, compiles it and runs its tests.
 *
 * @returns the output of the step that failed; null if all passed
 */
export async function workspaceExamplesFault(packages: readonly Packed[]): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-examples-'));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const step = (command: string, ...parameters: string[]) =>
    run(command, parameters, { cwd: folder, env, maxBuffer: 2 ** 26 });
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  try {
    cpSync(join(EXAMPLES, 'src'), join(folder, 'src'), { recursive: true });
    write('package.json', JSON.stringify(manifestWith(packages)));
    write('pnpm-workspace.yaml', settingsWith(packages));
    write('vitest.config.ts', VITEST);
    write('tsconfig.json', JSON.stringify(COMPILER));
    await step('npx', '-y', '--prefer-offline', PACKAGE_MANAGER, 'install', '--prefer-offline');
    await step(process.execPath, 'node_modules/typescript/bin/tsc', '-p', '.');
    await step(process.execPath, 'node_modules/vitest/vitest.mjs', 'run');
    return null;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Partial<Record<string, string>>;
    return [message, stdout, stderr].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const specOf = (packages: readonly Packed[], name: string) => {
  const packed = packages.find(({ manifest }) => manifest.name === name);
  return packed ? `file:${packed.tarball}` : `link:${ROOT}apps/${name.replace('@latchkey/', '')}`;
};

/** Returns the package.json of the examples, with tarballs and links in place of `workspace:`. */
function manifestWith(packages: readonly Packed[]): object {
  const { dependencies, devDependencies, ...rest } = JSON.parse(
    readFileSync(join(EXAMPLES, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const installed = (versions: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(versions).map(([name, version]) => [
        name,
        version.startsWith('workspace:') ? specOf(packages, name) : version,
      ]),
    );
  const compiler = { typescript: 'catalog:', '@types/node': 'catalog:' };
  return {
    ...rest,
    dependencies: installed(dependencies),
    devDependencies: { ...installed(devDependencies), ...compiler },
  };
}

/**
 * Returns pnpm's settings: the workspace's catalog, and the tarballs for the dependencies between
 * the packages.
 */
function settingsWith(packages: readonly Packed[]): string {
  const own = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8');
  const [, catalog = ''] = own.match(/^(catalog:\n(?: .*\n)+)/m) ?? [];
  const overrides = packages.map(
    ({ manifest, tarball }) => `  '${manifest.name}': 'file:${tarball}'\n`,
  );
  return `packages: ['.']\nallowBuilds:\n  esbuild: true\n  vue-demi: false\noverrides:\n${overrides.join('')}${catalog}`;
}

/** Vitest's configuration, without the export condition that leads to the sources. */
const VITEST = `import { defineConfig } from 'vitest/config';
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    globalSetup: ${JSON.stringify(join(ROOT, 'apps/test-services/src/global-setup.ts'))},
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
`;

/**
 * Compiler options that leave the tests out: they read files of workspaces that are not published.
 */
const COMPILER = {
  extends: join(ROOT, 'tsconfig.base.json'),
  compilerOptions: {
    noEmit: true,
    composite: false,
    customConditions: [],
    rootDir: 'src',
    types: ['node'],
    lib: ['ES2024', 'DOM', 'DOM.Iterable'],
    jsx: 'react-jsx',
  },
  include: ['src'],
  exclude: ['src/**/*.test.ts', 'src/**/testing'],
};
