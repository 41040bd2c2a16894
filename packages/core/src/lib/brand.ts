type Class = abstract new (...parameters: never[]) => unknown;

/**
 * Recognizes errors of a class by a brand, so that `instanceof` works across several installed
 * copies of this package. Subclasses are recognized by their prototype.
 *
 * @param brand a property of every instance, named by `Symbol.for`
 */
export function isInstance(given: Class, of: Class, brand: symbol, value: unknown): boolean {
  if (given !== of) return Function.prototype[Symbol.hasInstance].call(given, value);
  return typeof value === 'object' && value !== null && brand in value;
}
