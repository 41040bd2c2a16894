import { join, relative } from 'node:path';
import {
  Application,
  type Comment,
  Converter,
  type DeclarationReflection,
  Logger,
  LogLevel,
  type ProjectReflection,
  ReflectionKind,
  type TypeScript,
} from 'typedoc';
import { declarationText } from './declaration-text.ts';
import { type EntryPoint, entryPoints, ROOT } from './entry-points.ts';

/** The sections of a page of the API reference, in their order. */
export const SECTIONS = ['Functions', 'Components', 'Hooks', 'Classes', 'Types', 'Values'] as const;
export type Section = (typeof SECTIONS)[number];

/** One documented export of an entry point. */
export interface Export {
  readonly id: number;
  readonly name: string;
  readonly section: Section;
  /** Path of the export's source file, from the repository's root. */
  readonly file: string;
  /** The declaration of the export in TypeScript, without bodies and private members. */
  readonly declaration: string;
  readonly comment: Comment | undefined;
  /** The parameters of the export that its comment documents. */
  readonly parameters: readonly { readonly name: string; readonly comment: Comment }[];
  /** The members of the export whose comments have an `@example`. */
  readonly members: readonly Pick<Export, 'name' | 'comment'>[];
}

/** One entry point with its exports. */
export interface Page extends EntryPoint {
  readonly comment: Comment | undefined;
  readonly exports: readonly Export[];
  /** Exports that the page of another entry point documents, by the id of their declaration. */
  readonly elsewhere: readonly { readonly name: string; readonly id: number }[];
}

/**
 * Reads the exports and their TSDoc from the packages' sources.
 *
 * @throws Error naming the first problem, such as a broken `{@link}` or an unknown `@param`
 */
export async function readExports(): Promise<Page[]> {
  const entries = entryPoints();
  const app = await Application.bootstrap({
    entryPoints: entries.map(({ source }) => source),
    tsconfig: join(ROOT, 'apps/reference/typedoc.tsconfig.json'),
    // Skips type errors, which `tsc -b` finds; finding them here as well would take twice as long.
    skipErrorChecking: true,
    sort: ['source-order'],
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    readme: 'none',
    disableGit: true,
    sourceLinkTemplate: '{path}',
    basePath: ROOT,
  });
  const problems: string[] = [];
  app.logger = new (class extends Logger {
    override log(message: string, level: LogLevel): void {
      if (level >= LogLevel.Warn) problems.push(message);
    }
  })();
  const texts = new Map<number, string>();
  app.converter.on(Converter.EVENT_END, (context) => {
    const checker = context.programs[0]?.getTypeChecker();
    if (!checker) return;
    const exported = new Set<TypeScript.Symbol>();
    const all = entriesOf(context.project, entries).flatMap(({ children }) => children);
    const symbols = all.map((child) => [child, context.getSymbolFromReflection(child)] as const);
    for (const [, symbol] of symbols) if (symbol) exported.add(symbol);
    for (const [child, symbol] of symbols)
      if (symbol)
        texts.set(child.id, declarationText(symbol, checker, exported, parameterNames(child)));
  });
  const project = await app.convert();
  if (!project) throw new Error(`TypeDoc could not read the sources:\n${problems.join('\n')}`);
  app.validate(project);
  if (problems.length > 0) throw new Error(`The TSDoc has faults:\n${problems.join('\n')}`);
  return entriesOf(project, entries).map(({ entry, comment, children }) => ({
    ...entry,
    comment,
    exports: children
      .filter(({ kind }) => kind !== ReflectionKind.Reference)
      .map((child) => exportOf(child, texts.get(child.id) ?? '')),
    elsewhere: children.flatMap((child) =>
      child.isReference() ? [{ name: child.name, id: child.getTargetReflectionDeep().id }] : [],
    ),
  }));
}

function entriesOf(project: ProjectReflection, entries: readonly EntryPoint[]) {
  return entries.map((entry) => {
    const module = project.children?.find(
      ({ sources }) => sources?.[0]?.fullFileName === entry.source,
    );
    if (!module) throw new Error(`TypeDoc did not read ${entry.source}.`);
    return { entry, comment: module.comment, children: module.children ?? [] };
  });
}

function exportOf(child: DeclarationReflection, declaration: string): Export {
  const file = child.sources?.[0]?.fullFileName ?? '';
  return {
    id: child.id,
    name: child.name,
    section: sectionOf(child),
    file: relative(ROOT, file),
    declaration,
    comment: commentOf(child),
    parameters: (child.signatures?.find(({ comment }) => comment)?.parameters ?? []).flatMap(
      ({ name, comment }) => (comment ? [{ name, comment }] : []),
    ),
    members: (child.children ?? [])
      .filter((member) => !member.inheritedFrom)
      .map((member) => ({ name: member.name, comment: commentOf(member) }))
      .filter(({ comment }) => comment?.getTag('@example')),
  };
}

/**
 * Returns the names of a function's parameters. TypeDoc takes the name of a destructured one from
 * its comment; without one it is undefined.
 */
const parameterNames = ({ signatures }: DeclarationReflection) =>
  signatures?.[0]?.parameters?.map(({ name }) =>
    name.startsWith('__namedParameters') ? undefined : name,
  );

const commentOf = ({ signatures, comment }: DeclarationReflection) =>
  signatures?.find((signature) => signature.comment)?.comment ?? comment;

function sectionOf({ kind, name, sources }: DeclarationReflection): Section {
  if (kind === ReflectionKind.Class) return 'Classes';
  if (kind === ReflectionKind.Variable) return 'Values';
  if (kind !== ReflectionKind.Function) return 'Types';
  if (/^use[A-Z]/.test(name)) return 'Hooks';
  return sources?.[0]?.fileName.endsWith('.tsx') && /^[A-Z]/.test(name)
    ? 'Components'
    : 'Functions';
}
