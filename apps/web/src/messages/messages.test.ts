import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ESTree, parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../', import.meta.url));

/** Files whose texts only developers see, and the messages themselves. */
const EXEMPT = /^(gallery|messages)\/|\.test\.tsx?$/;

/** Names that are the same in every language. */
const NAMES = /^(Latchkey|HttpOnly|Secure|SameSite|admin \/ password|bob \/ password)$/;

/** Attributes whose values are neither shown nor read out. */
const NOT_SHOWN = /^(className|style|d|viewBox|sizes|media)$/;

/** A list of CSS utility classes in a constant. */
const CLASSES = /(^|\s)[a-z][\w-]*(-\[|-|:)[\w./[\]()%-]+(\s|$)/;

type Node = ESTree.Node & Record<string, unknown>;

/**
 * Returns the texts of a file that users would see and that are not in the catalogue, each with its
 * line.
 */
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
    // Skips thrown errors, which are for developers, and types and imports, which are not shown.
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
      if (NOT_SHOWN.test(name)) return;
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

describe('the catalogue of messages', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !EXEMPT.test(file),
  );

  it('the message catalogue contains every text that users see', () => {
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
      '<p>{broken ? "This page has failed" : title}</p>',
      'This page has failed',
    ],
    ['a sentence with a value', `<p>{\`Sign out \${device}\`}</p>`, 'Sign out …'],
  ])('the check of the message catalogue reports %s outside the catalogue', (_what, jsx, text) =>
    expect(textsIn('a.tsx', `const a = ${jsx};`)).toEqual([`a.tsx:1 ${text}`]),
  );

  it.each([
    ['class names', '<p className="text-sm text-ink-soft">{words}</p>'],
    ['messages', '<p title={messages.title}>{messages.said(2)}</p>'],
    ['what is thrown', 'function a() { throw new Error("There is no such thing"); }'],
  ])('the check of the message catalogue accepts %s outside the catalogue', (_what, code) =>
    expect(textsIn('a.tsx', `const a = ${code};`)).toEqual([]),
  );
});

describe('each module of messages', () => {
  const folder = join(SOURCE, 'messages', 'en');
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  const users = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('messages/'))
    .map((file) => [file, readFileSync(join(SOURCE, file), 'utf8')] as const);
  /**
   * Returns the name under which a module of messages is imported: `account/sessions.ts` as
   * `accountSessions`.
   */
  const areaOf = (file: string) =>
    file.replace(/\.tsx?$/, '').replace(/[-/](\w)/g, (_, letter: string) => letter.toUpperCase());

  it('each module of messages is imported whole, under the name of its area', () => {
    const imports = users.flatMap(([file, code]) =>
      [...code.matchAll(/^import (.+) from '#messages\/(.+)';$/gm)].map(
        ([, what = '', from = '']) => ({ file, what, from }),
      ),
    );
    expect(imports.length).toBeGreaterThan(50);
    expect(imports.filter(({ what, from }) => what !== `* as ${areaOf(from)}`)).toEqual([]);
  });

  it('each module of messages has no unused message', () => {
    const unused = modules.flatMap((file) => {
      const code = readFileSync(join(folder, file), 'utf8');
      const names = [...code.matchAll(/^export const (\w+)/gm)].map(([, name = '']) => name);
      const elsewhere = users.map(([, text]) => text).join('\n');
      return names
        .filter(
          (name) =>
            !new RegExp(`(?<![\\w.])${areaOf(file)}\\.${name}\\b`).test(elsewhere) &&
            !new RegExp(`\\$\\{${name}\\(`).test(code),
        )
        .map((name) => `${areaOf(file)}.${name}`);
    });
    expect(modules.length).toBeGreaterThan(20);
    expect(unused).toEqual([]);
  });
});
