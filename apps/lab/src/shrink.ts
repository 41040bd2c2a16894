/**
 * Leaves out of a failing history whatever it fails without: halves first, then smaller parts,
 * until no single one can go.
 *
 * @param fails whether what is left still fails; asked some n log n times
 * @returns a part of `history` that fails, and does not without any one of its own
 */
export async function shrink<T>(
  history: readonly T[],
  fails: (part: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = history;
  for (let size = Math.ceil(kept.length / 2); ; ) {
    const before = kept.length;
    for (let from = 0; from < kept.length; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await fails(without)) kept = without;
      else from += size;
    }
    if (size > 1) size = Math.floor(size / 2);
    else if (kept.length === before) return kept;
  }
}
