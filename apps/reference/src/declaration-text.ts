import { TypeScript as ts } from 'typedoc';
import { classText, isHidden } from './class-text.ts';
import { interfaceText, withoutExamples } from './interface-text.ts';
import { signatureText, typeText, WIDTH } from './signature-text.ts';

/** Maximum number of lines of a value; a longer one is shown by its type. */
const MOST_LINES = 40;

/**
 * Returns the declaration of an export as an adopter sees it: without bodies, private members and
 * `@example`s, which the page shows below.
 *
 * @param exported all exported symbols; members of other base interfaces are written out
 * @param names of a function's parameters in its comment
 */
export function declarationText(
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
  exported: ReadonlySet<ts.Symbol>,
  names: readonly (string | undefined)[] = [],
): string {
  const nodes = symbol.declarations ?? [];
  const texts = nodes.map((node) => textOf(node, symbol, checker, exported, names));
  const helpers = helpersOf(nodes, checker, exported).map(
    (helper) => `\n${declarationText(helper, checker, new Set([...exported, symbol, helper]))}`,
  );
  return [...texts, ...helpers]
    .filter((text) => text !== '')
    .join('\n')
    .replace(/\{@link ([^}]+)\}/g, '`$1`');
}

/**
 * Returns the interfaces and types of this repository that a declaration names and no entry point
 * exports.
 */
function helpersOf(
  nodes: readonly ts.Node[],
  checker: ts.TypeChecker,
  exported: ReadonlySet<ts.Symbol>,
): ts.Symbol[] {
  const found = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || ts.isHeritageClause(node) || isHidden(node)) return;
    if (ts.isVariableDeclaration(node) && !node.type) return;
    if (ts.isTypeReferenceNode(node)) {
      const named = checker.getSymbolAtLocation(node.typeName);
      const isImported = named && named.flags & ts.SymbolFlags.Alias;
      const symbol = isImported ? checker.getAliasedSymbol(named) : named;
      if (symbol && !exported.has(symbol) && symbol.declarations?.some(isHelper)) found.add(symbol);
    }
    ts.forEachChild(node, visit);
  };
  for (const node of nodes) visit(node);
  return [...found];
}

const isHelper = (node: ts.Node) =>
  (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) &&
  node.getSourceFile().fileName.includes('/packages/') &&
  !/\bz\./.test(node.getText());

function textOf(
  node: ts.Declaration,
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
  exported: ReadonlySet<ts.Symbol>,
  names: readonly (string | undefined)[],
): string {
  if (ts.isFunctionDeclaration(node))
    return `function ${signatureText(symbol.name, node, checker, { names })}`;
  if (ts.isInterfaceDeclaration(node)) return interfaceText(node, checker, exported);
  if (ts.isClassDeclaration(node)) return classText(node, checker);
  if (ts.isTypeAliasDeclaration(node)) return aliasText(node, checker);
  if (ts.isVariableDeclaration(node)) return variableText(node, checker);
  return '';
}

function aliasText(node: ts.TypeAliasDeclaration, checker: ts.TypeChecker): string {
  const text = withoutExamples(node.getText()).replace(/^export /, '');
  const type = checker.getTypeAtLocation(node);
  if (type.isUnion() && /\btypeof\b/.test(text))
    return unionText(
      node.name.text,
      type.types.map((one) => typeText(one, node, checker)),
    );
  if (!/\bz\.(infer|input|output)</.test(text)) return text;
  const members = checker.getPropertiesOfType(type).map((property) => {
    const isOptional = property.flags & ts.SymbolFlags.Optional;
    const value = checker.getTypeOfSymbolAtLocation(property, node);
    const shown = isOptional ? checker.getNonNullableType(value) : value;
    const isReadonly = text.includes('Readonly<');
    return `  ${isReadonly ? 'readonly ' : ''}${property.name}${isOptional ? '?' : ''}: ${typeText(shown, node, checker)};`;
  });
  return members.length > 0 ? `type ${node.name.text} = {\n${members.join('\n')}\n};` : text;
}

function unionText(name: string, types: readonly string[]): string {
  const line = `type ${name} = ${types.join(' | ')};`;
  return line.length <= WIDTH
    ? line
    : `type ${name} =\n${types.map((one) => `  | ${one}`).join('\n')};`;
}

function variableText(node: ts.VariableDeclaration, checker: ts.TypeChecker): string {
  const name = node.name.getText();
  if (node.type) return `const ${name}: ${node.type.getText()}`;
  if (node.initializer && ts.isArrowFunction(node.initializer))
    return `function ${signatureText(name, node.initializer, checker)}`;
  const value = node.initializer?.getText() ?? '';
  if (value.split('\n').length <= MOST_LINES && !/=>|\(/.test(value))
    return `const ${name} = ${value}`;
  return `const ${name}: ${typeText(checker.getTypeAtLocation(node), node, checker)}`;
}
