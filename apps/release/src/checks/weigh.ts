import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { modulesOf, type Published } from '../published.ts';

/**
 * Maximum sizes in kilobytes (1,000 bytes) of gzipped JavaScript: the files of a package without its
 * test kit, and of the test kit; minified, what a page loads with it at once, and what it loads
 * later.
 */
export const BUDGETS: Readonly<Record<string, number>> = {
  '@latchkey/core': 26, // large: the checks for weak keys, typed claims
  '@latchkey/core/testing': 80, // large: tough-cookie, with its list of public suffixes
  '@latchkey/keys': 7,
  '@latchkey/sql': 26, // large: poolers, an app's own pool, advice by cause, audit retention
  '@latchkey/redis': 11, // large: a second store for revocations, layered feeds
  '@latchkey/http': 14, // with header transfer
  '@latchkey/trpc': 17, // large: scheduling of calls, IP addresses, tRPC errors
  '@latchkey/trpc/testing': 2,
  '@latchkey/react': 7,
  '@latchkey/react on a page': 5,
  '@latchkey/devtools': 28, // large: the session as a picture, explanations in words
  '@latchkey/devtools on a page': 3, // where it was and whether it was open
  '@latchkey/devtools on a page, later': 15, // the same; in development only
  '@latchkey/doctor': 18, // large: each finding has its effect and its fix in words
};

/** The size of one bundle that has a budget, in kilobytes. */
export interface Weight {
  readonly what: string;
  readonly kilobytes: number;
}

/**
 * Returns the sizes of a built package, without source maps and declarations, which no runtime
 * loads.
 */
export async function weigh(published: Published): Promise<Weight[]> {
  const { folder, manifest } = published;
  const files = globSync('dist/**/*.js', { cwd: folder });
  const weightOf = (what: string, ofTestKit: boolean) => ({
    what,
    kilobytes: gzipped(
      ...files
        .filter((file) => file.startsWith(join('dist', 'testing')) === ofTestKit)
        .map((file) => readFileSync(join(folder, file), 'utf8')),
    ),
  });
  const testKit = weightOf(`${manifest.name}/testing`, true);
  const own = [weightOf(manifest.name, false), ...(testKit.kilobytes > 0 ? [testKit] : [])];
  const { forPages } = modulesOf(published);
  if (forPages.length === 0) return own;
  const others = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const bundle = await rolldown({
    input: forPages.map((module) => join(folder, 'dist', `${module}.js`)),
    external: (id) => others.some((other) => id === other || id.startsWith(`${other}/`)),
  });
  const { output } = await bundle.generate({ minify: true });
  const chunks = output.filter((file) => file.type === 'chunk');
  const first = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of first)
    for (const imported of chunks.find(({ fileName }) => fileName === name)?.imports ?? [])
      first.add(imported);
  const sizeOf = (isFirst: boolean) =>
    gzipped(
      ...chunks.filter(({ fileName }) => first.has(fileName) === isFirst).map(({ code }) => code),
    );
  const onPage = { what: `${manifest.name} on a page`, kilobytes: sizeOf(true) };
  const later = { what: `${onPage.what}, later`, kilobytes: sizeOf(false) };
  return [...own, onPage, ...(later.kilobytes > 0 ? [later] : [])];
}

const gzipped = (...texts: string[]) =>
  texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0) / 1000;

/** Returns the fault of a bundle: over its budget, or without one; null otherwise. */
export function overweight({ what, kilobytes }: Weight, budgets = BUDGETS): string | null {
  const budget = budgets[what];
  if (budget === undefined)
    return `${what} has no budget: give it one in apps/release/src/checks/weigh.ts.`;
  if (kilobytes <= budget) return null;
  return `${what} is ${kilobytes.toFixed(1)} kB gzipped, of ${budget} kB: take out what it does not need, or raise the budget in apps/release/src/checks/weigh.ts and say why.`;
}
