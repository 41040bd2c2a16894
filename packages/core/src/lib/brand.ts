type Class = abstract new (...parameters: never[]) => unknown;

/**
 * Recognises an error of a class by its brand, so that `instanceof` holds across two copies of this
 * package: a workspace may install several. A subclass is recognised by its prototype, as ever.
 *
 * @param brand a property that every instance has, named by `Symbol.for`
 */
export function isInstance(given: Class, of: Class, brand: symbol, value: unknown): boolean {
  if (given !== of) return Function.prototype[Symbol.hasInstance].call(given, value);
  return typeof value === 'object' && value !== null && brand in value;
}
