/**
 * Returns the lines of a file without indentation and spacing, so that a line whose indentation
 * alone differs counts as unchanged; without blank lines.
 */
const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replaceAll(/\s/g, ''))
    .filter((line) => line !== '');

/**
 * Counts the lines of a file that are new or changed, as `git diff --ignore-all-space
 * --ignore-blank-lines` shows them: those outside the longest common subsequence.
 *
 * @param before the text of the file before the change
 * @param after the text after it
 */
export function linesAdded(before: string, after: string): number {
  const [was, is] = [linesOf(before), linesOf(after)];
  let common = Array<number>(is.length + 1).fill(0);
  for (const old of was) {
    const next = [0];
    for (const [index, line] of is.entries())
      next.push(
        line === old
          ? (common[index] ?? 0) + 1
          : Math.max(next[index] ?? 0, common[index + 1] ?? 0),
      );
    common = next;
  }
  return is.length - (common.at(-1) ?? 0);
}
