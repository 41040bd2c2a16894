/**
 * Formats rows as a Markdown table. The first row is the head; the given number of columns is
 * aligned left, the others right.
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
