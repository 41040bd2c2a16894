/**
 * The usual threshold of Welch's t in tests for timing leaks: above it, the times differ for a
 * reason (Goodwill et al., 2011).
 */
export const LEAK_THRESHOLD = 4.5;

/** Returns Welch's t of two samples: near 0 if their means are equal, far from 0 if they differ. */
export function welchT(a: readonly number[], b: readonly number[]): number {
  const [left, right] = [momentsOf(a), momentsOf(b)];
  const difference = left.mean - right.mean;
  return difference === 0
    ? 0
    : difference / Math.sqrt(left.variance / a.length + right.variance / b.length);
}

/** Returns the fastest part of a sample: slow measurements come from other load of the machine. */
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
