import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type InlineConfig } from 'tsdown';
import { entryFiles, type Published } from './published.ts';

/**
 * Browsers for which the packages are built: Baseline 2023, as docs/client.md states it. For older
 * browsers, an app transpiles its node_modules too.
 */
const BROWSERS = ['chrome120', 'edge120', 'firefox121', 'safari17.0'];

/**
 * Builds the published files of a package: for each entry and command, JavaScript, declarations and
 * a source map. Modules that are not its dependencies are bundled, so that the client's
 * declarations contain the server's few types and need none of its packages; build those packages
 * first.
 *
 * @throws Error if the package does not compile
 */
export async function buildPackage(published: Published): Promise<void> {
  const { folder } = published;
  await rm(join(folder, 'dist'), { recursive: true, force: true });
  const { forPages, forNode } = entryFiles(published);
  await buildEntries(folder, forNode, { platform: 'node' });
  await buildEntries(folder, forPages, { platform: 'browser', target: BROWSERS });
}

async function buildEntries(
  folder: string,
  entries: readonly string[],
  platform: Pick<InlineConfig, 'platform' | 'target'>,
): Promise<void> {
  if (entries.length === 0) return;
  const files = entries.map((entry) => entry.replace(/^\.\/dist\/|\.js$/g, ''));
  await build({
    cwd: folder,
    config: false,
    clean: false,
    entry: Object.fromEntries(files.map((file) => [file, `src/${file}.ts`])),
    ...platform,
    fixedExtension: false,
    // TypeScript 7 has no stable API yet, so its compiler runs as a command.
    dts: { generator: 'tsgo' },
    sourcemap: true,
    // The declarations of zod cannot be bundled, and the server types of a client do not refer to
    // them.
    deps: { neverBundle: ['zod'], onlyBundle: [/^@latchkey\//] },
    logLevel: 'warn',
    // No file has side effects at import; without this setting, imports of unused types stay in the
    // declarations as bare imports.
    // TSDoc is in the declarations, and in the sources that the source maps contain.
    outputOptions: { comments: { jsdoc: false } },
    inputOptions: { treeshake: { moduleSideEffects: false }, checks: { bundlerTimings: false } },
  });
}
