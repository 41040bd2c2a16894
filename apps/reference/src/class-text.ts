import { TypeScript as ts } from 'typedoc';
import { withoutExamples } from './interface-text.ts';
import { resultText, signatureText, typeText } from './signature-text.ts';

/** Returns the declaration of a class with its public members, without bodies. */
export function classText(node: ts.ClassDeclaration, checker: ts.TypeChecker): string {
  const members = node.members.flatMap((member) => {
    const text = memberText(member, checker);
    return text === '' ? [] : [`${commentText(member)}  ${text.replaceAll('\n', '\n  ')};`];
  });
  const heritage = node.heritageClauses?.map((clause) => ` ${clause.getText()}`).join('') ?? '';
  return `class ${node.name?.text ?? ''}${heritage} {\n${members.join('\n')}\n}`;
}

function memberText(member: ts.ClassElement, checker: ts.TypeChecker): string {
  if (isHidden(member)) return '';
  if (ts.isConstructorDeclaration(member))
    return signatureText('constructor', member, checker, { hasResult: false });
  if (!member.name || ts.isPrivateIdentifier(member.name) || ts.isComputedPropertyName(member.name))
    return '';
  const name = member.name.getText();
  if (ts.isMethodDeclaration(member)) return signatureText(name, member, checker);
  if (ts.isGetAccessor(member)) return `readonly ${name}: ${resultText(member, checker)}`;
  if (!ts.isPropertyDeclaration(member)) return '';
  const isReadonly = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Readonly;
  const type = typeText(checker.getTypeAtLocation(member), member, checker);
  return `${isReadonly ? 'readonly ' : ''}${name}: ${member.type?.getText() ?? type}`;
}

/** Whether a member of a class is private, protected or `@internal`. */
export function isHidden(node: ts.Node): boolean {
  if (!ts.isClassElement(node)) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (
    (ts.getCombinedModifierFlags(node) & hidden) !== 0 ||
    ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal')
  );
}

function commentText(node: ts.Node): string {
  const text = node.getFullText().slice(0, node.getStart() - node.getFullStart());
  const comment = /\/\*\*[\s\S]*?\*\//.exec(withoutExamples(text))?.[0];
  return comment ? `  ${comment}\n` : '';
}
