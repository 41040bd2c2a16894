/** The parameters of a query string as text values, or a list of values where a name repeats. */
export type SearchParams = Record<string, string | string[]>;

/**
 * Reads `?a=1&b=2&b=3` as `{ a: '1', b: ['2', '3'] }`. Values stay text, so that a URL survives a
 * round trip unchanged.
 */
export function parseSearch(search: string): SearchParams {
  const params = new URLSearchParams(search);
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const values = params.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** Formats search parameters, as the inverse of {@link parseSearch}; omits undefined and null. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined && item !== null) params.append(name, String(item));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}
