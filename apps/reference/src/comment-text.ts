import { type Comment, type CommentDisplayPart, Reflection } from 'typedoc';

/**
 * Returns the address of a documented export, relative to the page that links to it; undefined for
 * an export without documentation.
 */
export type AddressOf = (id: number) => string | undefined;

/** Formats the parts of a TSDoc comment as Markdown, with links to documented exports. */
export function partsText(parts: readonly CommentDisplayPart[], addressOf: AddressOf): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return withDocuments(part.text);
      if (part.kind !== 'inline-tag') return part.text;
      const { target, text } = part;
      if (typeof target === 'string') return `[${text}](${target})`;
      const address =
        target instanceof Reflection ? addressOfNearest(target, addressOf) : undefined;
      return address ? `[\`${text}\`](${address})` : `\`${text}\``;
    })
    .join('')
    .trim();
}

/**
 * Adds links to the documents that a comment names by their path, relative to the pages in
 * `docs/reference`.
 */
const withDocuments = (text: string) =>
  text.replace(/\bdocs\/([\w/-]+\.md)\b/g, '[docs/$1](../$1)');

/** Returns the ids of the exports to which a comment links, in the order of the links. */
export function linkedIds(comment: Comment | undefined): number[] {
  return (comment?.summary ?? []).flatMap((part) =>
    part.kind === 'inline-tag' && part.target instanceof Reflection ? [part.target.id] : [],
  );
}

function addressOfNearest(target: Reflection, addressOf: AddressOf): string | undefined {
  for (let at: Reflection | undefined = target; at; at = at.parent) {
    const address = addressOf(at.id);
    if (address) return address;
  }
  return undefined;
}

export const summaryText = (comment: Comment | undefined, addressOf: AddressOf) =>
  comment ? partsText(comment.summary, addressOf) : '';

/** Indents a text of several lines as the body of a list item. */
const asItem = (text: string) => text.replace(/\n *(?=\S)/g, '\n  ');

/** Returns the lists of parameters, results, errors and references that follow a declaration. */
export function tagsText(
  comment: Comment | undefined,
  parameters: readonly { readonly name: string; readonly comment: Comment }[],
  addressOf: AddressOf,
): string {
  const items: string[] = [];
  for (const { name, comment: own } of parameters)
    items.push(`- \`${name}\`: ${asItem(partsText(own.summary, addressOf))}`);
  const labels = { '@returns': 'Returns', '@throws': 'Throws', '@see': 'See' } as const;
  for (const [tag, label] of Object.entries(labels) as [keyof typeof labels, string][])
    for (const { content } of comment?.getTags(tag) ?? [])
      items.push(`- **${label}** ${asItem(errorName(tag, partsText(content, addressOf)))}`);
  return items.join('\n');
}

/** Formats the name of the error's class at the beginning of a `@throws` as code. */
const errorName = (tag: string, text: string) =>
  tag === '@throws' ? text.replace(/^([A-Z]\w*(Error|Refusal)|Error)\b/, '`$1`') : text;

/** Returns the code of each `@example` of a comment, with the language of its fence. */
export function examplesOf(
  comment: Pick<Comment, 'getTags'> | undefined,
): { language: string; code: string }[] {
  return (comment?.getTags('@example') ?? []).map(({ content }) => {
    const text = content.map((part) => part.text).join('');
    const [, language = 'ts', code = ''] = /```(\w+)\n([\s\S]*?)\n?```/.exec(text) ?? [];
    return { language, code };
  });
}
