import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'tsdown';
import type { Published } from './published.ts';

/**
 * Baseline 2023, as docs/client.md states it. For older browsers, an app transpiles its
 * node_modules too.
 */
const BROWSERS = ['chrome120', 'edge120', 'firefox121', 'safari17.0'];

/**
 * Builds what a package publishes: for each entry, JavaScript, declarations and a source map. What
 * it does not depend on is taken in, so the client's declarations carry the server's few types and
 * need none of its packages; those must have been built before.
 *
 * @throws Error when something does not compile
 */
export async function buildPackage({ folder, manifest, entries }: Published): Promise<void> {
  await rm(join(folder, 'dist'), { recursive: true, force: true });
  const isBrowser = manifest.engines === undefined;
  const files = Object.values(entries).map((entry) =>
    entry.default.replace(/^\.\/dist\/|\.js$/g, ''),
  );
  await build({
    cwd: folder,
    config: false,
    entry: Object.fromEntries(files.map((file) => [file, `src/${file}.ts`])),
    platform: isBrowser ? 'browser' : 'node',
    ...(isBrowser && { target: BROWSERS }),
    fixedExtension: false,
    // TypeScript 7 has no API to ask yet: its compiler is run.
    dts: { generator: 'tsgo' },
    sourcemap: true,
    // Its declarations cannot be taken in, and nothing of what a client needs of the server's names
    // them.
    deps: { neverBundle: ['zod'], onlyBundle: [/^@latchkey\//] },
    logLevel: 'warn',
    // No file of ours does anything by being imported; without this, imports of unused types stay
    // in the declarations as bare ones.
    inputOptions: { treeshake: { moduleSideEffects: false }, checks: { bundlerTimings: false } },
  });
}
