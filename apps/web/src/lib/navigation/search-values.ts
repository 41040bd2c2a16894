/** Returns the search value if it is one of `values`, else undefined. */
export function oneOf<const Value extends string>(
  value: unknown,
  values: readonly Value[],
): Value | undefined {
  return values.find((known) => known === value);
}

/** Returns the trimmed search value; undefined if it is empty or longer than `max`. */
export function textOf(value: unknown, max: number): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text !== '' && text.length <= max ? text : undefined;
}
