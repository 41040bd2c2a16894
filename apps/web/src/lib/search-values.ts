/**
 * A value of the address that is one of these, or undefined: whatever else somebody typed falls
 * back.
 */
export function oneOf<const Value extends string>(
  value: unknown,
  values: readonly Value[],
): Value | undefined {
  return values.find((known) => known === value);
}

/** Text of the address, without what surrounds it; undefined when there is none, or too much. */
export function textOf(value: unknown, max: number): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text !== '' && text.length <= max ? text : undefined;
}
