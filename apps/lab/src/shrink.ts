/**
 * Removes from a failing history the parts that it does not need in order to fail: halves first,
 * then smaller parts, down to single events.
 *
 * @param fails whether a part still fails; called about n log n times
 * @returns a part of `history` that fails, and passes without any one of its events
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
