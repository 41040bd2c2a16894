/**
 * Beyond this, times differ for a reason; in tests for leaks in time it is the usual threshold
 * (Goodwill et al., 2011).
 */
export const LEAK_THRESHOLD = 4.5;

/**
 * How sure it is that two samples have different means (Welch's t): 0 for the same, large either
 * way for different ones.
 */
export function welchT(a: readonly number[], b: readonly number[]): number {
  const [left, right] = [momentsOf(a), momentsOf(b)];
  const difference = left.mean - right.mean;
  return difference === 0
    ? 0
    : difference / Math.sqrt(left.variance / a.length + right.variance / b.length);
}

/**
 * The smaller part of a sample: what took long did so because the machine was busy with something
 * else.
 */
export function fastest(sample: readonly number[], part: number): number[] {
  return sample.toSorted((x, y) => x - y).slice(0, Math.ceil(sample.length * part));
}

export function median(sample: readonly number[]): number {
  return sample.toSorted((x, y) => x - y)[Math.floor(sample.length / 2)] ?? Number.NaN;
}

function momentsOf(sample: readonly number[]): { mean: number; variance: number } {
  const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
  const variance =
    sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sample.length - 1);
  return { mean, variance };
}
