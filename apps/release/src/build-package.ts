import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type InlineConfig } from 'tsdown';
import { writeBundledLicenses } from './bundled-licenses.ts';
import { modulesOf, type Published } from './published.ts';

/**
 * Browsers for which the packages are built: Baseline 2023, as docs/client.md states it. For older
 * browsers, an app transpiles its node_modules too.
 */
const BROWSERS = ['chrome120', 'edge120', 'firefox121', 'safari17.0'];

/**
 * Dependencies that are ES modules only. The CommonJS build contains them, because some loaders of
 * CommonJS, Jest's among them, cannot load ES modules.
 */
const ES_MODULES_ONLY = [/^cookie$/, /^kysely\b/];

/**
 * Dependencies of the test kits alone: contained in them, so that they are not installed in
 * production. As optional peers they would split a package into two copies in a workspace where
 * only one app has them.
 */
const TEST_KIT = [/^tough-cookie$/, /^tldts/];

/**
 * Builds the published files of a package: for each entry JavaScript and declarations, as ES module
 * and as CommonJS, with source maps; commands as ES modules. Modules that are not its dependencies
 * are bundled, so that the client's declarations contain the server's few types and need none of
 * its packages; build those packages first.
 *
 * @throws Error if the package does not compile
 */
export async function buildPackage(published: Published): Promise<void> {
  const { folder } = published;
  await rm(join(folder, 'dist'), { recursive: true, force: true });
  const { forPages, forNode, commands } = modulesOf(published);
  await buildModules(folder, [...forNode, ...commands], 'esm', { platform: 'node' });
  await buildModules(folder, forNode, 'cjs', { platform: 'node' });
  for (const format of ['esm', 'cjs'] as const)
    await buildModules(folder, forPages, format, { platform: 'browser', target: BROWSERS });
  writeBundledLicenses(folder);
}

async function buildModules(
  folder: string,
  modules: readonly string[],
  format: 'esm' | 'cjs',
  platform: Pick<InlineConfig, 'platform' | 'target'>,
): Promise<void> {
  if (modules.length === 0) return;
  const bundled = [...TEST_KIT, ...(format === 'cjs' ? ES_MODULES_ONLY : [])];
  await build({
    cwd: folder,
    config: false,
    clean: false,
    entry: Object.fromEntries(modules.map((module) => [module, `src/${module}.ts`])),
    format,
    ...platform,
    fixedExtension: false,
    // TypeScript 7 has no stable API yet, so its compiler runs as a command.
    dts: { generator: 'tsgo' },
    sourcemap: true,
    deps: {
      // The declarations of zod cannot be bundled, and the server types of a client do not refer to
      // them.
      neverBundle: ['zod'],
      alwaysBundle: bundled,
      onlyBundle: [/^@latchkey\//, ...bundled],
    },
    logLevel: 'warn',
    // No file has side effects at import; without this setting, imports of unused types stay in the
    // declarations as bare imports.
    // TSDoc is in the declarations, and in the sources that the source maps contain.
    // Drivers that are loaded when they are needed: Jest's CommonJS can require, but not import.
    outputOptions: { comments: { jsdoc: false }, dynamicImportInCjs: false },
    inputOptions: { treeshake: { moduleSideEffects: false }, checks: { bundlerTimings: false } },
  });
}
