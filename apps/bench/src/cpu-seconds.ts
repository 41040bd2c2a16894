import { existsSync, readFileSync } from 'node:fs';

/**
 * What processes have computed so far, in seconds, by Linux's books, in which a second has a
 * hundred ticks. Null where there are none.
 */
export function cpuSecondsOf(pids: readonly number[]): number | null {
  return existsSync('/proc/self/stat') ? pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0) : null;
}

/** A process that is gone counts no more. */
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
