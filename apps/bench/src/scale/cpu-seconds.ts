import { existsSync, readFileSync } from 'node:fs';

/**
 * Returns the CPU time of processes so far, in seconds, from Linux's `/proc`, in ticks of 10 ms;
 * null on other systems.
 */
export function cpuSecondsOf(pids: readonly number[]): number | null {
  return existsSync('/proc/self/stat') ? pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0) : null;
}

/** Returns the CPU time of one process, in seconds; a process that has ended counts as zero. */
function cpuSeconds(pid: number): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return 0;
  const [user = 0, system = 0] = readFileSync(path, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / 100;
}
