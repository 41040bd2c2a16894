import { cpus, totalmem } from 'node:os';

/** Prints rows in columns: the first to the left, numbers to the right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  for (const row of rows) console.log(row.map(cell).join('   ').trimEnd());
}

/** Something that takes a while has begun. */
export const progress = (text: string) => console.log(`  … ${text}`);

/** A number as people write it. */
export const number = (value: number, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

interface ServerVersions {
  readonly postgres: string;
  readonly redis: string;
}

/** What it all ran on. */
export const printMachine = (versions: ServerVersions) =>
  console.log(`\n${describeMachine(versions)}`);

export function describeMachine({ postgres, redis }: ServerVersions): string {
  const { node, sqlite } = process.versions;
  const processor = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform}`;
  return `Node ${node}, SQLite ${sqlite}, PostgreSQL ${postgres}, Redis ${redis}; ${processor}.`;
}
