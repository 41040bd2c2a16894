import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Published } from '../published.ts';

/** A declaration file of a package. */
export interface DeclarationFile {
  readonly text: string;
  /** Whether adopters can import it: it is the file of an entry. */
  readonly isEntry: boolean;
}

/**
 * Finds types that exported declarations name and no entry exports. A compiler that writes an
 * adopter's declarations has to name them (TS2742, TS2883, TS4023).
 */
export function unnamedTypes(files: readonly DeclarationFile[]): string[] {
  const declarations = new Map(files.flatMap(({ text }) => declarationsIn(code(text))));
  const exported = new Set(
    files
      .filter(({ isEntry }) => isEntry)
      .flatMap(({ text }) => [
        ...[
          ...code(text).matchAll(
            /^export [\w ]*\b(?:interface|class|function|const|type) ([\w$]+)/gm,
          ),
        ].map(named),
        ...[...code(text).matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap((match) =>
          named(match).split(',').map(localName),
        ),
      ]),
  );
  const reached = new Set(exported);
  for (const name of reached)
    for (const word of declarations.get(name)?.match(/[\w$]+/g) ?? [])
      if (declarations.has(word)) reached.add(word);
  return [...reached]
    .filter((name) => !exported.has(name))
    .filter((name) => /^[\w ]*\b(?:interface|class)\b/.test(declarations.get(name) ?? ''))
    .sort();
}

/** Returns the declarations of a file by name, without constructors, which no signature names. */
const declarationsIn = (text: string) =>
  text
    .split(/^(?=(?:export )?(?:declare )?(?:abstract )?(?:interface|class|function|const|type) )/m)
    .map((declaration) => {
      const [, name = ''] =
        declaration.match(/\b(?:interface|class|function|const|type) ([\w$]+)/) ?? [];
      return [name, declaration.replace(/^ +constructor\(.*$/gm, '')] as const;
    });

const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '');
const named = ([, name = '']: RegExpExecArray) => name;

/** Returns `LatchkeyOptions$1` of `type LatchkeyOptions$1 as LatchkeyOptions`. */
const localName = (item: string) =>
  item
    .trim()
    .replace(/^type /, '')
    .split(' as ')[0]
    ?.trim() ?? '';

/** Returns the fault of a built package with types that an adopter's compiler cannot name. */
export function namingFault({ folder, manifest, entries }: Published): string | null {
  const ofEntries = Object.values(entries).map((module) => join('dist', `${module}.d.ts`));
  const files = globSync('dist/**/*.d.ts', { cwd: folder }).map((path) => ({
    text: readFileSync(join(folder, path), 'utf8'),
    isEntry: ofEntries.includes(path),
  }));
  const names = unnamedTypes(files);
  return names.length === 0
    ? null
    : `${manifest.name}: export ${names.join(', ')} from an entry: an adopter's compiler has to name them.`;
}
