import type { SessionRecord } from '@latchkey/core';

export const DAY_MS = 86_400_000;

/** Fills an empty store. */
export interface Loader {
  /** Adds one session. */
  add(record: SessionRecord): Promise<void>;
  /**
   * Adds sessions that no browser has, with the numbers from `first` on; SQL databases make the
   * rows themselves.
   */
  addSeries(first: number, count: number): Promise<void>;
  /** Adds the indexes, and writes everything to disk. */
  finish(): Promise<void>;
}

/**
 * Returns one INSERT for all records, its values in the order of the records' fields: one statement
 * for each would take ten times as long.
 */
export function insertOf(records: readonly SessionRecord[]): string {
  const columns = Object.keys(records[0] ?? {}).map((field) =>
    field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
  const row = `(${columns.map(() => '?').join(', ')})`;
  return `insert into latchkey_sessions (${columns.join(', ')}) values ${records.map(() => row).join(', ')}`;
}
