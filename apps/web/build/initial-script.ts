import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

type Chunk = Pick<Rolldown.OutputChunk, 'fileName' | 'name' | 'code' | 'isEntry' | 'imports'>;

/**
 * Returns the chunks that a route needs: the entry, its own chunk, and the imports of both. Sizes
 * are in bytes, gzipped.
 */
export function initialScript(
  chunks: readonly Chunk[],
  route: string,
): { readonly fileName: string; readonly bytes: number }[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const roots = chunks.filter(({ isEntry, name }) => isEntry || name === route);
  if (!roots.some(({ isEntry }) => isEntry) || !roots.some(({ name }) => name === route))
    throw new Error(`The build has no chunk "${route}", or no entry.`);
  const needed = new Set<Chunk>();
  const visit = (chunk: Chunk | undefined) => {
    if (!chunk || needed.has(chunk)) return;
    needed.add(chunk);
    for (const name of chunk.imports) visit(byName.get(name));
  };
  roots.forEach(visit);
  return [...needed].map(({ fileName, code }) => ({
    fileName,
    bytes: gzipSync(code, { level: 9 }).length,
  }));
}

/**
 * Prints the script size of a route, and fails the build if it is over `kilobytes` (1,000 bytes
 * each, gzipped).
 */
export function scriptBudget(route: string, kilobytes: number): Plugin {
  return {
    name: 'script-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const parts = initialScript(
        Object.values(bundle).filter((file) => file.type === 'chunk'),
        route,
      );
      const total = parts.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
      const size = `${total.toFixed(1)} kB gzipped, of ${kilobytes} kB`;
      const verdict = `The script ${route} needs is ${size}.`;
      if (total <= kilobytes) {
        // The size is printed regardless of Vite's log level.
        console.log(verdict);
        return;
      }
      const list = parts
        .sort((a, b) => b.bytes - a.bytes)
        .map(({ fileName, bytes }) => `  ${(bytes / 1000).toFixed(1).padStart(6)} kB  ${fileName}`);
      this.error(
        [verdict, ...list, 'Load code that this page does not need with import().'].join('\n'),
      );
    },
  };
}
