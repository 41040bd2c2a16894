/**
 * Rows as a table of Markdown; the first is its head, and so many columns stand to the left,
 * numbers to the right.
 */
export function markdownTable(
  [head = [], ...rows]: readonly (readonly string[])[],
  textColumns = head.length,
): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (column < textColumns ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
