import { TypeScript as ts } from 'typedoc';

/**
 * Writes an interface. Members of a base that no entry point exports are written out.
 *
 * @param exported all exported symbols
 */
export function interfaceText(
  node: ts.InterfaceDeclaration,
  checker: ts.TypeChecker,
  exported: ReadonlySet<ts.Symbol>,
): string {
  const bases = node.heritageClauses?.flatMap(({ types }) => [...types]) ?? [];
  const inlined: string[] = [];
  const kept: string[] = [];
  for (const base of bases) {
    const symbol = checker.getTypeAtLocation(base).getSymbol();
    const declaration = symbol?.declarations?.find(ts.isInterfaceDeclaration);
    const isOwn = declaration?.getSourceFile().fileName.includes('/packages/');
    if (symbol && declaration && isOwn && !base.typeArguments && !exported.has(symbol))
      inlined.push(bodyText(interfaceText(declaration, checker, exported)));
    else kept.push(isOwn && declaration ? ownName(declaration, base) : base.getText());
  }
  const generics = node.typeParameters?.map((type) => type.getText()).join(', ');
  const head = `interface ${node.name.text}${generics ? `<${generics}>` : ''}`;
  const heritage = kept.length > 0 ? ` extends ${kept.join(', ')}` : '';
  const own = bodyText(node.getText());
  const body = [own, ...inlined].filter((text) => text.trim() !== '').join('\n');
  return body === '' ? `${head}${heritage} {}` : `${head}${heritage} {\n${body}\n}`;
}

/** The name of a base, with its package if it was imported under another name. */
function ownName(
  declaration: ts.InterfaceDeclaration,
  base: ts.ExpressionWithTypeArguments,
): string {
  const name = declaration.name.text;
  const [, home] = /\/packages\/(\w+)\//.exec(declaration.getSourceFile().fileName) ?? [];
  return base.expression.getText() === name ? base.getText() : `${name} /* of @latchkey/${home} */`;
}

/** What is between the braces of an interface, without its first and last line break. */
function bodyText(text: string): string {
  const open = /^[^{]*\{/.exec(text)?.[0].length ?? 0;
  return withoutExamples(text.slice(open, text.lastIndexOf('}'))).replace(/^\n|\n\s*$/g, '');
}

/** The text of a declaration without the `@example`s in its comments. */
export function withoutExamples(text: string): string {
  return text
    .replace(/\n\s*\* @example[\s\S]*?(?=\n\s*\* @|\s*\*\/)/g, '')
    .replace(/(\n\s*\*)+(?=\n\s*\*\/)/g, '');
}
