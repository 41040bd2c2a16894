export type Cell = string | number | boolean | null;

/**
 * Matches the beginning of a text that a spreadsheet would read as a formula: the characters that
 * OWASP lists (https://owasp.org/www-community/attacks/CSV_Injection), full-width ones included.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/**
 * Formats a line of CSV (RFC 4180). Every text is quoted. A text that a spreadsheet would run as a
 * formula gets a leading apostrophe, which makes it plain text.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(spelt).join(',')}\r\n`;
}

function spelt(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const escaped = FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${escaped.replaceAll('"', '""')}"`;
}
