import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import type { Published } from '../published.ts';

/**
 * The maximum in kilobytes (1,000 bytes) of JavaScript, gzipped: all files of a package, or, for
 * the client, the part that a page loads, minified.
 */
export const BUDGETS: Readonly<Record<string, number>> = {
  '@latchkey/core': 34, // refuses weak keys by each of their signs
  '@latchkey/keys': 7,
  '@latchkey/sql': 16, // opens through a pooler, lists in pages
  '@latchkey/redis': 11, // keeps revocations in a second store, layers two feeds
  '@latchkey/http': 13,
  '@latchkey/trpc': 17, // schedules calls, parses addresses, gives refusals tRPC's shape
  '@latchkey/react': 7,
  '@latchkey/react on a page': 5,
};

/** A bundle with a budget, in kilobytes. */
export interface Weight {
  readonly what: string;
  readonly kilobytes: number;
}

/**
 * The size of a built package, without source maps and declarations, which no runtime loads.
 */
export async function weigh({ folder, manifest, entries }: Published): Promise<Weight[]> {
  const files = globSync('dist/**/*.js', { cwd: folder });
  const own = {
    what: manifest.name,
    kilobytes: gzipped(...files.map((file) => readFileSync(join(folder, file), 'utf8'))),
  };
  if (manifest.engines !== undefined) return [own];
  const peers = Object.keys(manifest.peerDependencies ?? {});
  const bundle = await rolldown({
    input: Object.values(entries).map((entry) => join(folder, entry.default)),
    external: (id) => peers.some((peer) => id === peer || id.startsWith(`${peer}/`)),
  });
  const { output } = await bundle.generate({ minify: true });
  return [
    own,
    {
      what: `${manifest.name} on a page`,
      kilobytes: gzipped(...output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : ''))),
    },
  ];
}

const gzipped = (...texts: string[]) =>
  texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0) / 1000;

/** The fault of a size: over its budget, or without one. */
export function overweight({ what, kilobytes }: Weight, budgets = BUDGETS): string | null {
  const budget = budgets[what];
  if (budget === undefined)
    return `${what} has no budget: give it one in apps/release/src/checks/weigh.ts.`;
  if (kilobytes <= budget) return null;
  return `${what} is ${kilobytes.toFixed(1)} kB gzipped, of ${budget} kB: take out what it does not need, or raise the budget in apps/release/src/checks/weigh.ts and say why.`;
}
