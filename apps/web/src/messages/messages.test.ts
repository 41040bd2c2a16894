import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ESTree, parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../', import.meta.url));

/** What only developers see, and the messages themselves. */
const EXEMPT = /^(gallery|inspector|messages)\/|\.test\.tsx?$/;

/** Names, not words: they are the same in every language. */
const NAMES = /^(Latchkey|HttpOnly|Secure|SameSite|admin \/ password|bob \/ password)$/;

/** Attributes that nobody sees or hears. */
const UNHEARD = /^(className|style|d|viewBox|sizes|media)$/;

/** A list of utility classes, kept in a constant. */
const CLASSES = /(^|\s)[a-z][\w-]*(-\[|-|:)[\w./[\]()%-]+(\s|$)/;

type Node = ESTree.Node & Record<string, unknown>;

/** Texts that people would see and that no translator would find, each with its line. */
function textsIn(file: string, code: string): string[] {
  const { program, errors } = parseSync(file, code);
  expect(errors, file).toEqual([]);
  const found: string[] = [];
  const report = ({ start }: Node, text: string) =>
    found.push(
      `${file}:${code.slice(0, start).split('\n').length} ${text.replace(/\s+/g, ' ').trim()}`,
    );

  function visit(value: unknown): void {
    if (Array.isArray(value)) {
      for (const one of value) visit(one);
      return;
    }
    if (value === null || typeof value !== 'object' || !('type' in value)) return;
    const node = value as Node;
    // What is thrown is for developers; types and imports are for nobody.
    if (
      /^(ImportDeclaration|ThrowStatement|TS(Type|Interface|Literal|Union|Property).*)$/.test(
        node.type,
      )
    )
      return;
    if (node.type === 'JSXText') {
      if (/\p{L}/u.test(node.value) && !NAMES.test(node.value.trim())) report(node, node.value);
      return;
    }
    if (node.type === 'JSXAttribute') {
      const name = code.slice(node.name.start, node.name.end);
      if (UNHEARD.test(name)) return;
      if (
        node.value?.type === 'Literal' &&
        /^\p{Lu}\p{Ll}/u.test(String(node.value.value)) &&
        !NAMES.test(String(node.value.value)) &&
        !/^(needs|needed|role)$/.test(name)
      )
        report(node, String(node.value.value));
    }
    const text =
      node.type === 'Literal' && typeof node.value === 'string'
        ? node.value
        : node.type === 'TemplateLiteral'
          ? node.quasis.map(({ value: { cooked } }) => cooked).join('…')
          : '';
    if (
      /\p{L}{2,}[,.:]? \p{L}|… \p{L}{2,}|\p{L}{2,} …/u.test(text) &&
      !CLASSES.test(text) &&
      !NAMES.test(text)
    )
      report(node, text);
    for (const [key, child] of Object.entries(node)) if (key !== 'parent') visit(child);
  }

  visit(program.body);
  return found;
}

describe('every word that people see is in the catalogue', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !EXEMPT.test(file),
  );

  it('no source file has words of its own', () => {
    expect(files.length).toBeGreaterThan(80);
    expect(
      files.flatMap((file) => textsIn(file, readFileSync(join(SOURCE, file), 'utf8'))),
    ).toEqual([]);
  });

  it.each([
    ['text between tags', '<p>Nothing here</p>', 'Nothing here'],
    ['a single word', '<b>Yes</b>', 'Yes'],
    ['what a screen reader says', '<nav aria-label="Main" />', 'Main'],
    [
      'a sentence in an expression',
      '<p>{broken ? "This page broke" : title}</p>',
      'This page broke',
    ],
    ['a sentence with a value', `<p>{\`Sign out \${device}\`}</p>`, 'Sign out …'],
  ])('%s is found', (_what, jsx, text) =>
    expect(textsIn('a.tsx', `const a = ${jsx};`)).toEqual([`a.tsx:1 ${text}`]),
  );

  it.each([
    ['class names', '<p className="text-sm text-ink-soft">{words}</p>'],
    ['messages', '<p title={messages.title}>{messages.said(2)}</p>'],
    ['what is thrown', 'function a() { throw new Error("There is no such thing"); }'],
  ])('%s is let through', (_what, code) =>
    expect(textsIn('a.tsx', `const a = ${code};`)).toEqual([]),
  );
});

describe('each file of messages', () => {
  const folder = join(SOURCE, 'messages', 'en');

  it('says nothing that nobody uses', () => {
    const used = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('messages/'))
      .map((file) => readFileSync(join(SOURCE, file), 'utf8'));
    const faults = readdirSync(folder).flatMap((file) => {
      const names = [
        ...readFileSync(join(folder, file), 'utf8').matchAll(/^export const (\w+)/gm),
      ].map(([, name = '']) => name);
      const users = used.filter((code) => code.includes(`'#messages/${file}'`)).join('\n');
      return names
        .filter((name) => !new RegExp(`\\b${name}\\b`).test(users))
        .map((name) => `${file}: ${name} is not used`);
    });
    expect(faults).toEqual([]);
  });
});
