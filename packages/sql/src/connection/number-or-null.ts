/** Converts a number of a row, which a driver may return as a text or a BigInt; keeps `null`. */
export const numberOrNull = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value);
