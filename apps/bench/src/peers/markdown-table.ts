/** Rows as a table of Markdown: the first is its head, its first column stands to the left and numbers to the right. */
export function markdownTable([head = [], ...rows]: readonly (readonly string[])[], align: 'numbers' | 'text'): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 || align === 'text' ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
