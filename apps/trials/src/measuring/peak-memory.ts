import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SAMPLE_MS = 250;

/** Runs work and samples a process's resident memory in the meantime. */
export async function withPeakMemory<Result>(
  child: ChildProcess,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly peakBytes: number }> {
  let peakBytes = rssOf(child);
  const sampling = setInterval(() => (peakBytes = Math.max(peakBytes, rssOf(child))), SAMPLE_MS);
  try {
    const result = await work();
    return { result, peakBytes: Math.max(peakBytes, rssOf(child)) };
  } finally {
    clearInterval(sampling);
  }
}

/** Returns the resident memory of a process in bytes, from Linux's `/proc`. */
function rssOf({ pid }: ChildProcess): number {
  try {
    return (
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
    );
  } catch {
    return 0;
  }
}
