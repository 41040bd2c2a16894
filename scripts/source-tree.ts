import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Words of a private dialect that no reader from the field can search for (docs/glossary.md). */
export const DIALECT = /\b(whoever|nobody|somebody)\b/i;

/** A source file of a workspace; `path` is relative to the repository's root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const WORKSPACES = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
);

/** Every source file of the workspaces, tests included. */
export function allFiles(): SourceFile[] {
  return WORKSPACES.map((workspace) => `${workspace}/src`)
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${folder}/${name}`,
      ),
    )
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.gen.ts'))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** The source files of the product: without tests and test kits. */
export function productFiles(files: readonly SourceFile[] = allFiles()): SourceFile[] {
  return files.filter(
    ({ path }) => !/\.test\.tsx?$|\.d\.ts$|\/testing\/|^apps\/test-s(ervices|upport)\//.test(path),
  );
}

export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '');
}

/** Counts lines of code, without comments and blank lines. */
export function linesOfCode(files: readonly SourceFile[]): number {
  return files.reduce(
    (sum, { text }) =>
      sum +
      withoutComments(text)
        .split('\n')
        .filter((line) => line.trim() !== '').length,
    0,
  );
}

/**
 * The files that each file imports within its workspace, by path.
 *
 * @param kind `'value'` omits type-only imports, which are erased at run time
 */
export function importGraph(
  files: readonly SourceFile[],
  kind: 'all' | 'value' = 'all',
): Map<string, string[]> {
  const known = new Set(files.map(({ path }) => path));
  return new Map(
    files.map(({ path, text }) => {
      const statements = withoutComments(text).matchAll(
        /(?:(?:import|export)\s([^'";]*?)from|import\() ?'(\.[^']+)'/g,
      );
      const targets = [...statements]
        .filter(([, names = '']) => kind === 'all' || !isOfTypes(names))
        .map(([, , specifier = '']) => normalize(join(dirname(path), specifier)));
      return [path, [...new Set(targets)].filter((target) => known.has(target))];
    }),
  );
}

function isOfTypes(names: string): boolean {
  if (/^type\s/.test(names)) return true;
  const [, list] = /^\{([^}]*)\}/.exec(names.trim()) ?? [];
  const each = list?.split(',').filter((name) => name.trim() !== '') ?? [];
  return each.length > 0 && each.every((name) => name.trim().startsWith('type '));
}

/** The shortest import circles, each as its paths; empty if there are none. */
export function importCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  for (const start of graph.keys()) {
    const way = wayBack(graph, start, done);
    if (way) circles.push(way);
    done.add(start);
  }
  return circles;
}

/** The shortest path from a file back to itself, without files already examined. */
function wayBack(
  graph: ReadonlyMap<string, readonly string[]>,
  start: string,
  done: ReadonlySet<string>,
): string[] | null {
  const queue: string[][] = [[start]];
  const seen = new Set<string>();
  for (let way = queue.shift(); way; way = queue.shift()) {
    for (const next of graph.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return [...way, start];
      if (seen.has(next) || done.has(next)) continue;
      seen.add(next);
      queue.push([...way, next]);
    }
  }
  return null;
}

/** The number of levels of an acyclic graph: the longest chain of imports, in files. */
export function importLevels(graph: ReadonlyMap<string, readonly string[]>): number {
  const levels = new Map<string, number>();
  const levelOf = (path: string): number => {
    const known = levels.get(path);
    if (known !== undefined) return known;
    levels.set(path, 1);
    const level = 1 + Math.max(0, ...(graph.get(path) ?? []).map(levelOf));
    levels.set(path, level);
    return level;
  };
  return Math.max(0, ...[...graph.keys()].map(levelOf));
}

/** Folders with the number of their own files. */
export function folderSizes(files: readonly SourceFile[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { path } of files) sizes.set(dirname(path), (sizes.get(dirname(path)) ?? 0) + 1);
  return sizes;
}
