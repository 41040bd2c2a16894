import {
  type AddressOf,
  examplesOf,
  linkedIds,
  partsText,
  summaryText,
  tagsText,
} from './comment-text.ts';
import { type Export, type Page, SECTIONS } from './read-exports.ts';

export const GENERATED =
  '<!-- Generated from the TSDoc of the sources: npm run build -- --reference -->';

/**
 * Returns the heading of an export. Types have their own kind of heading, because a function may
 * have the same name in another case.
 */
function headingOf({ name, section }: Pick<Export, 'name' | 'section'>): string {
  if (section === 'Functions' || section === 'Hooks') return `${name}()`;
  if (section === 'Components') return `\`<${name}>\``;
  if (section === 'Classes') return `class ${name}`;
  return section === 'Types' ? `type ${name}` : name;
}

const anchorOf = (one: Pick<Export, 'name' | 'section'>) =>
  headingOf(one)
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

/** Returns a function that gives the address of each export, relative to a page or to the index. */
export function addressesFrom(page: Page | null, pages: readonly Page[]): AddressOf {
  const addresses = new Map(
    pages.flatMap((other) =>
      other.exports.map((one) => [one.id, `${other === page ? '' : other.page}#${anchorOf(one)}`]),
    ),
  );
  return (id) => addresses.get(id);
}

/** Returns the text of the page of one entry point. */
export function pageText(page: Page, pages: readonly Page[]): string {
  const addressOf = addressesFrom(page, pages);
  const parts = [
    GENERATED,
    `# ${page.name}`,
    summaryText(page.comment, addressOf),
    ...indexOf(page, addressOf),
  ];
  for (const section of SECTIONS) {
    const exports = inSection(page, section);
    if (exports.length > 0) parts.push(`## ${section}`);
    for (const one of exports) parts.push(exportText(one, addressOf));
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/**
 * Returns the exports of a section: first those that the page's text names, then the others by
 * name.
 */
function inSection({ exports, comment }: Page, section: string): Export[] {
  const named = linkedIds(comment);
  const rank = ({ id }: Export) => (named.includes(id) ? named.indexOf(id) : named.length);
  return exports
    .filter((one) => one.section === section)
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en'));
}

function indexOf(page: Page, addressOf: AddressOf): string[] {
  const rows = SECTIONS.filter((section) => section !== 'Types' && section !== 'Values').flatMap(
    (section) =>
      inSection(page, section).map(
        (one) => `| [\`${one.name}\`](#${anchorOf(one)}) | ${firstSentence(one, addressOf)} |`,
      ),
  );
  const links = (exports: readonly Export[]) =>
    exports.map((one) => `[\`${one.name}\`](#${anchorOf(one)})`).join(' · ');
  const types = inSection(page, 'Types');
  const values = inSection(page, 'Values');
  const elsewhere = page.elsewhere.map(({ name, id }) => `[\`${name}\`](${addressOf(id)})`);
  return [
    rows.length > 0 ? `| export | what it does |\n|---|---|\n${rows.join('\n')}` : '',
    types.length > 0 ? `Types: ${links(types)}` : '',
    values.length > 0 ? `Values: ${links(values)}` : '',
    elsewhere.length > 0 ? `Also exported here: ${elsewhere.join(' · ')}` : '',
  ];
}

function firstSentence(one: Export, addressOf: AddressOf): string {
  const [text = ''] = summaryText(one.comment, addressOf).split(/\n\n/);
  const line = text.replaceAll('\n', ' ').replaceAll('|', '\\|');
  return /^(?:`[^`]*`|[^`])*?\.(?=\s|$)/.exec(line)?.[0] ?? line;
}

function exportText(one: Export, addressOf: AddressOf): string {
  const depth = '../../';
  return [
    `### ${headingOf(one)}`,
    `\`\`\`ts\n${one.declaration}\n\`\`\``,
    summaryText(one.comment, addressOf),
    partsText(one.comment?.getTag('@remarks')?.content ?? [], addressOf),
    tagsText(one.comment, one.parameters, addressOf),
    ...examplesOf(one.comment).map((example) => exampleText('Example', example)),
    ...one.members.flatMap(({ name, comment }) =>
      examplesOf(comment).map((example) => exampleText(`Example of \`${name}\``, example)),
    ),
    `Source: [${one.file}](${depth}${one.file})`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const exampleText = (title: string, { language, code }: { language: string; code: string }) =>
  `${title}:\n\n\`\`\`${language}\n${code}\n\`\`\``;
