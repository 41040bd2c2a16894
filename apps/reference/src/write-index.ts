import { summaryText } from './comment-text.ts';
import type { Page } from './read-exports.ts';
import { addressesFrom, GENERATED } from './write-page.ts';

/**
 * Returns the first page of the API reference: the entry points, and the declarations that the
 * examples use.
 */
export function indexText(pages: readonly Page[], preamble: string): string {
  const rows = pages.map((page) => {
    const [sentence = ''] = summaryText(page.comment, addressesFrom(null, pages)).split(/\.\s/);
    return `| [\`${page.name}\`](${page.page}) | ${sentence.replaceAll('\n', ' ').replace(/\.$/, '')} |`;
  });
  return `${GENERATED}

# API reference

Each export of each package: its declaration, what it does, and an example. It is generated from the
comments in the sources; what to use for which task is in the [guides](../README.md).

| entry point | |
|---|---|
${rows.join('\n')}

All examples are compiled by [a test](../../apps/release/src/packages.process.test.ts), with the packages as
they would be installed. They use these names of an app without declaring them:

\`\`\`ts
${preamble.slice(preamble.indexOf('const builder')).trim()}
\`\`\`
`;
}
