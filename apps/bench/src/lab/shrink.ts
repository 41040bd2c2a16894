/**
 * Leaves out of a failing history whatever it fails without: halves first, then smaller parts, until no single one can go.
 *
 * @param fails whether what is left still fails; asked some n log n times
 * @returns a part of `history` that fails, and does not without any one of its own
 */
export async function shrink<T>(history: readonly T[], fails: (part: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let kept = history;
  for (let size = Math.ceil(kept.length / 2); size >= 1; ) {
    let left = false;
    for (let from = 0; from < kept.length; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (without.length < kept.length && (await fails(without))) {
        kept = without;
        left = true;
      } else from += size;
    }
    if (size === 1 && !left) return kept;
    if (size > 1 || !left) size = Math.floor(size / 2) || (left ? 1 : 0);
  }
  return kept;
}
