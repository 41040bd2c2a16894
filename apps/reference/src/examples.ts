import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOME = fileURLToPath(new URL('../', import.meta.url));
const DOCS = join(HOME, '../../docs');
const PAGES = join(DOCS, 'reference');
/**
 * The guides whose programs can be compiled alone. The guides about moving quote `apps/examples`.
 */
const GUIDES = ['adopting', 'own-store', 'revocation', 'testing'];

/** An example of the API reference, as a file to compile. */
export interface Example {
  /**
   * Name of the file, from the page, the export, a number and the extension: `http-latchkey-1.ts`.
   */
  readonly file: string;
  readonly code: string;
}

/** Returns the declarations that the examples use without declaring them. */
export const readPreamble = (): string => readFileSync(join(HOME, 'preamble.ts'), 'utf8');

/** Returns all examples of the committed pages of the API reference. */
export function readExamples(): Example[] {
  return readdirSync(PAGES)
    .filter((page) => page !== 'README.md' && page.endsWith('.md'))
    .flatMap((page) =>
      examplesIn(page.replace(/\.md$/, ''), readFileSync(join(PAGES, page), 'utf8')),
    );
}

/** Returns the programs of the guides. */
export function readGuides(): Example[] {
  return GUIDES.flatMap((page) =>
    [
      ...readFileSync(join(DOCS, `${page}.md`), 'utf8').matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm),
    ].map(([, language, code = ''], index) => ({
      file: `guide-${page}-${index + 1}.${language}`,
      code,
    })),
  );
}

/**
 * Returns the examples of one page. Each becomes a module, so that its names do not conflict with
 * those of other examples.
 */
export function examplesIn(page: string, text: string): Example[] {
  const examples: Example[] = [];
  let name = page;
  for (const [, heading, language, code = ''] of text.matchAll(
    /^### (.*)$|^Example[^\n]*:\n\n```(tsx?)\n([\s\S]*?)^```$/gm,
  ))
    if (heading === undefined)
      examples.push({
        file: `${page}-${name}-${examples.length + 1}.${language}`,
        code: /^(import|export) /m.test(code) ? code : `export {};\n${code}`,
      });
    else name = heading.replace(/\W|^(class|type) /g, '');
  return examples;
}
