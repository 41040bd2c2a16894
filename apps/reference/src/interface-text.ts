import { TypeScript as ts } from 'typedoc';

/**
 * Returns the declaration of an interface. Members of a base that no entry point exports are
 * written out.
 *
 * @param exported all exported symbols
 */
export function interfaceText(
  node: ts.InterfaceDeclaration,
  checker: ts.TypeChecker,
  exported: ReadonlySet<ts.Symbol>,
): string {
  const { bases, members } = contentOf(node, checker, exported);
  const generics = node.typeParameters?.map((type) => type.getText()).join(', ');
  const head = `interface ${node.name.text}${generics ? `<${generics}>` : ''}`;
  const heritage = bases.length > 0 ? ` extends ${bases.join(', ')}` : '';
  return members.length === 0
    ? `${head}${heritage} {}`
    : `${head}${heritage} {\n${members.join('\n')}\n}`;
}

/**
 * Returns the bases of an interface that the reference documents, and its members, which include
 * those of other bases.
 */
function contentOf(
  node: ts.InterfaceDeclaration,
  checker: ts.TypeChecker,
  exported: ReadonlySet<ts.Symbol>,
): { readonly bases: readonly string[]; readonly members: readonly string[] } {
  const bases: string[] = [];
  const members: string[] = [];
  for (const base of node.heritageClauses?.flatMap(({ types }) => [...types]) ?? []) {
    const symbol = checker.getTypeAtLocation(base).getSymbol();
    const declaration = symbol?.declarations?.find(ts.isInterfaceDeclaration);
    const isOwn = declaration?.getSourceFile().fileName.includes('/packages/');
    if (symbol && declaration && isOwn && !base.typeArguments && !exported.has(symbol)) {
      const inherited = contentOf(declaration, checker, exported);
      bases.push(...inherited.bases);
      members.push(...inherited.members);
    } else bases.push(isOwn && declaration ? ownName(declaration, base) : base.getText());
  }
  members.push(bodyText(node.getText()));
  return { bases, members: members.filter((text) => text.trim() !== '') };
}

/** Returns the name of a base, with its package if it was imported under another name. */
function ownName(
  declaration: ts.InterfaceDeclaration,
  base: ts.ExpressionWithTypeArguments,
): string {
  const name = declaration.name.text;
  const [, home] = /\/packages\/(\w+)\//.exec(declaration.getSourceFile().fileName) ?? [];
  return base.expression.getText() === name ? base.getText() : `${name} /* of @latchkey/${home} */`;
}

/** Returns the text between the braces of an interface, without its first and last line break. */
function bodyText(text: string): string {
  const open = /^[^{]*\{/.exec(text)?.[0].length ?? 0;
  return withoutExamples(text.slice(open, text.lastIndexOf('}'))).replace(/^\n|\n\s*$/g, '');
}

/** Returns the text of a declaration without the `@example`s in its comments. */
export function withoutExamples(text: string): string {
  return text
    .replace(/\n\s*\* @example[\s\S]*?(?=\n\s*\* @|\s*\*\/)/g, '')
    .replace(/(\n\s*\*)+(?=\n\s*\*\/)/g, '');
}
