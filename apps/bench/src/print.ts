import { cpus, totalmem } from 'node:os';

/** Prints rows in columns: the first column aligned left, the others right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  for (const row of rows) console.log(row.map(cell).join('   ').trimEnd());
}

/** Prints a line before a step that takes long. */
export const progress = (text: string) => console.log(`  … ${text}`);

/** Formats a number with thousands separators. */
export const number = (value: number, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

interface ServerVersions {
  readonly postgres: string;
  readonly redis: string;
}

/** Prints the machine and the versions of its software. */
export const printMachine = (versions: ServerVersions) =>
  console.log(`\n${describeMachine(versions)}`);

export function describeMachine({ postgres, redis }: ServerVersions): string {
  const { node, sqlite } = process.versions;
  const processor = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform}`;
  return `Node ${node}, SQLite ${sqlite}, PostgreSQL ${postgres}, Redis ${redis}; ${processor}.`;
}
