export type Cell = string | number | boolean | null;

/**
 * What makes a spreadsheet take a cell for a formula: the characters that OWASP lists
 * (https://owasp.org/www-community/attacks/CSV_Injection), those of full width included.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/**
 * A line of CSV (RFC 4180). Texts are quoted whatever they hold; one that a spreadsheet would run
 * gets an apostrophe in front, by which it shows it as text.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(spelt).join(',')}\r\n`;
}

function spelt(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${harmless.replaceAll('"', '""')}"`;
}
