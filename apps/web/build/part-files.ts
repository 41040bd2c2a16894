import { basename } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/**
 * The name of the constant `import.meta.env.LATCHKEY_PART_FILES`, which the build replaces by the
 * list of files.
 */
const NAME = 'LATCHKEY_PART_FILES';
const PLACEHOLDER = '__LATCHKEY_PART_FILES__';

type Chunk = Pick<
  Rolldown.OutputChunk,
  'fileName' | 'isEntry' | 'isDynamicEntry' | 'facadeModuleId' | 'imports'
> & {
  readonly viteMetadata?: { readonly importedCss: ReadonlySet<string> } | undefined;
};

/**
 * The files of each part that is loaded with `import()`, as indexes into `files`. A part has the
 * name of its source file: `account-page`.
 */
export interface PartFiles {
  readonly files: readonly string[];
  readonly parts: Readonly<Record<string, readonly number[]>>;
}

/**
 * Returns the scripts and style sheets of each part, without those of the entry.
 *
 * @param base the base path of every file, such as `/`
 */
export function partFilesOf(chunks: readonly Chunk[], base: string): PartFiles {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const reach = (chunk: Chunk, known: Set<Chunk>): Set<Chunk> => {
    if (known.has(chunk)) return known;
    known.add(chunk);
    for (const name of chunk.imports) {
      const imported = byName.get(name);
      if (imported) reach(imported, known);
    }
    return known;
  };
  const loaded = new Set<Chunk>();
  for (const chunk of chunks) if (chunk.isEntry) reach(chunk, loaded);

  const indexes = new Map<string, number>();
  const indexOf = (file: string) => {
    const index = indexes.get(file) ?? indexes.size;
    indexes.set(file, index);
    return index;
  };
  const parts = chunks.flatMap((chunk) => {
    if (!chunk.isDynamicEntry || !chunk.facadeModuleId) return [];
    const own = [...reach(chunk, new Set())].filter((one) => !loaded.has(one));
    const files = new Set(
      own.flatMap(({ fileName, viteMetadata }) => [fileName, ...(viteMetadata?.importedCss ?? [])]),
    );
    return [
      [basename(chunk.facadeModuleId).replace(/\.tsx?$/, ''), [...files].map(indexOf)] as const,
    ];
  });
  return {
    files: [...indexes.keys()].map((file) => base + file),
    parts: Object.fromEntries(parts),
  };
}

/**
 * Gives the app the files of each of its parts, so that it can fetch them before it imports the
 * part (src/lib/lazy/lazy-part.ts says why).
 */
export function partFiles(): Plugin {
  let base = '/';
  return {
    name: 'part-files',
    config: (_config, { command }) => ({
      define: { [`import.meta.env.${NAME}`]: command === 'build' ? `"${PLACEHOLDER}"` : 'null' },
    }),
    configResolved(config) {
      base = config.base;
    },
    // The names of the output files are known only in this hook.
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const list = JSON.stringify(partFilesOf(chunks as Chunk[], base));
      let count = 0;
      for (const chunk of chunks)
        chunk.code = chunk.code.replaceAll(new RegExp(`(["'\`])${PLACEHOLDER}\\1`, 'g'), () => {
          count += 1;
          return list;
        });
      if (count !== 1)
        this.error(
          `import.meta.env.${NAME} is ${count} times in the build. Use it once, in ` +
            'src/lib/lazy/part-files.ts.',
        );
    },
  };
}
