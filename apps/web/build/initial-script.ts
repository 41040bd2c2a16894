import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

type Chunk = Pick<Rolldown.OutputChunk, 'fileName' | 'name' | 'code' | 'isEntry' | 'imports'>;

/**
 * What a route needs before it can be used: the entry, the route's own chunk, and all that either
 * imports. Sizes in bytes, gzipped.
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
 * Prints what a route weighs, and fails the build when that is more than `kilobytes` (1,000 bytes
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
      const verdict = `The script ${route} needs is ${total.toFixed(1)} kB gzipped, of ${kilobytes} kB.`;
      if (total <= kilobytes) {
        // Whatever the log level: it is one line, and who starts the app may know.
        console.log(verdict);
        return;
      }
      const list = parts
        .sort((a, b) => b.bytes - a.bytes)
        .map(({ fileName, bytes }) => `  ${(bytes / 1000).toFixed(1).padStart(6)} kB  ${fileName}`);
      this.error(
        [
          verdict,
          ...list,
          'Load what this page does not need where it is needed, with import().',
        ].join('\n'),
      );
    },
  };
}
