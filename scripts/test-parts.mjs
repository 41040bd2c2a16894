/** The parts of the tests, in the order in which they run. */
export const PARTS = ['format', 'lint', 'types', 'unit', 'web', 'processes', 'browser'];
/** The parts that start no server and no browser. */
export const QUICK = ['format', 'lint', 'types', 'unit'];
/** The parts that accept file names and options of their tool. */
const WITH_FILTERS = ['unit', 'processes', 'browser'];

/**
 * Reads `npm test -- <part> [filter…]`.
 *
 * @returns the parts to run and their filters, or `fault`, one sentence
 */
export function choose([name, ...filters]) {
  if (name === undefined) return { parts: PARTS, filters };
  if (name !== 'quick' && !PARTS.includes(name))
    return {
      fault: `"${name}" is not a part of the tests: use one of quick, ${PARTS.join(', ')}.`,
    };
  if (filters.length > 0 && !WITH_FILTERS.includes(name))
    return {
      fault: `The part ${name} takes no filter, and "${filters.join(' ')}" was given: only ${WITH_FILTERS.join(', ')} take one.`,
    };
  return { parts: name === 'quick' ? QUICK : [name], filters };
}
