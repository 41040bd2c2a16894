import { TypeScript as ts } from 'typedoc';

/** Maximum length of a line of code. */
export const WIDTH = 100;
/** Length above which an inferred type is shown without its type arguments. */
const LONGEST_TYPE = 160;

interface SignatureOptions {
  readonly hasResult?: boolean;
  /** Names for the parameters that are destructured. */
  readonly names?: readonly (string | undefined)[];
}

/**
 * Formats name, type parameters, parameters and result of a function, over several lines if
 * necessary. A destructured parameter gets a name.
 */
export function signatureText(
  name: string,
  node: ts.SignatureDeclaration,
  checker: ts.TypeChecker,
  { hasResult = true, names = [] }: SignatureOptions = {},
): string {
  const parameters = node.parameters.map((parameter, index) =>
    parameterText(parameter, checker, names[index]),
  );
  const generics = node.typeParameters?.map((type) => type.getText()).join(', ');
  const head = `${name}${generics ? `<${generics}>` : ''}`;
  const result = hasResult ? `: ${resultText(node, checker)}` : '';
  const line = `${head}(${parameters.join(', ')})${result}`;
  const isShort = line.split('\n').every((part) => part.length <= WIDTH - 'function '.length);
  return isShort
    ? line
    : `${head}(\n${parameters.map((text) => `  ${text},\n`).join('')})${result}`;
}

function parameterText(
  parameter: ts.ParameterDeclaration,
  checker: ts.TypeChecker,
  documented: string | undefined,
): string {
  const { name, type, initializer, questionToken, dotDotDotToken } = parameter;
  const isOptional = initializer !== undefined || questionToken !== undefined;
  const text =
    type?.getText() ?? typeText(checker.getTypeAtLocation(parameter), parameter, checker);
  const shown = ts.isIdentifier(name)
    ? name.text
    : isComponent(parameter.parent)
      ? 'props'
      : (documented ?? nameFor(text));
  return `${dotDotDotToken ? '...' : ''}${shown}${isOptional ? '?' : ''}: ${text}`;
}

const isComponent = (node: ts.SignatureDeclaration) =>
  ts.isFunctionDeclaration(node) &&
  /^[A-Z]/.test(node.name?.text ?? '') &&
  node.getSourceFile().fileName.endsWith('.tsx');

/**
 * Derives a name for a destructured parameter from its type: `Pick<KeyRing, 'signing'>` is a
 * `ring`.
 */
function nameFor(type: string): string {
  const [, word] = /^\w*?([A-Z][a-z]+)\b/.exec(type.replace(/^(Pick|Omit)</, '')) ?? [];
  return !word || word === 'Input' ? 'options' : word.toLowerCase();
}

/** Formats the type that a function returns, as declared or inferred. */
export function resultText(node: ts.SignatureDeclaration, checker: ts.TypeChecker): string {
  if (node.type) return node.type.getText();
  if (isComponent(node)) return 'ReactNode';
  const signature = checker.getSignatureFromDeclaration(node);
  if (!signature) return 'unknown';
  const type = checker.getReturnTypeOfSignature(signature);
  const text = typeText(type, node, checker);
  if (text.length <= LONGEST_TYPE) return text;
  return text.startsWith('{') ? membersText(type, node, checker) : withoutArguments(text);
}

function membersText(type: ts.Type, node: ts.Node, checker: ts.TypeChecker): string {
  const lines = checker.getPropertiesOfType(type).map((property) => {
    const text = typeText(checker.getTypeOfSymbolAtLocation(property, node), node, checker);
    const [, parameters, result = text] = /^(\(.*?\)) => (.*)$/.exec(text) ?? [];
    const shown = withoutArguments(result);
    return `  ${property.name}${parameters ?? ''}: ${shown};`;
  });
  return `{\n${lines.join('\n')}\n}`;
}

const withoutArguments = (text: string) => text.replace(/<.*>/, '<…>');

/** Formats a type on one line. */
export function typeText(type: ts.Type, node: ts.Node, checker: ts.TypeChecker): string {
  const { NoTruncation, UseAliasDefinedOutsideCurrentScope, UseSingleQuotesForStringLiteralType } =
    ts.TypeFormatFlags;
  return checker.typeToString(
    type,
    node,
    NoTruncation | UseAliasDefinedOutsideCurrentScope | UseSingleQuotesForStringLiteralType,
  );
}
