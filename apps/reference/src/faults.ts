import type { Comment } from 'typedoc';
import { examplesOf } from './comment-text.ts';
import type { Export, Page, Section } from './read-exports.ts';

/** The fields of an export that the check of the documentation reads. */
export type Documented = Pick<Export, 'name' | 'section' | 'file'> & {
  readonly comment: Pick<Comment, 'summary' | 'getTags'> | undefined;
};

/** The sections with exports that an adopter calls; values and types are only described. */
const CALLED: readonly Section[] = ['Functions', 'Components', 'Hooks', 'Classes'];

/**
 * Finds the exports without a summary, and the called ones without an `@example`.
 *
 * @returns a sentence for each, with its file
 */
export function documentationFaults(exports: readonly Documented[]): string[] {
  return exports.flatMap(({ name, section, file, comment }) => {
    const hasSummary = comment?.summary.some(({ text }) => text.trim() !== '');
    const faults = hasSummary
      ? []
      : [`${file}: ${name} has no summary. Say in one sentence what it is.`];
    if (CALLED.includes(section) && examplesOf(comment).every(({ code }) => code.trim() === ''))
      faults.push(`${file}: ${name} has no @example. Show a call of 3 to 10 lines.`);
    return faults;
  });
}

/** Returns the documentation faults of all pages; each entry point also needs a text. */
export function referenceFaults(pages: readonly Page[]): string[] {
  return pages.flatMap(({ name, source, comment, exports }) => [
    ...(comment ? [] : [`${source}: ${name} has no @packageDocumentation.`]),
    ...documentationFaults(exports),
  ]);
}
