import { existsSync, readFileSync } from 'node:fs';

/**
 * Returns the CPU time of processes so far, in seconds, from Linux's `/proc`, in ticks of 10 ms;
 * null on other systems.
 */
export function cpuSecondsOf(pids: readonly number[]): number | null {
  return existsSync('/proc/self/stat') ? pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0) : null;
}

/**
 * Returns the CPU time of the ended children of a process's parent, in seconds. Together with
 * that of the living ones it never falls when a child ends.
 */
export function cpuSecondsOfEndedSiblings(pid: number): number {
  const parent = Number(fieldsOf(pid)[FIELDS.parent] ?? 0);
  const fields = fieldsOf(parent);
  return (Number(fields[FIELDS.childrenUser]) + Number(fields[FIELDS.childrenSystem])) / TICKS;
}

/** Returns the CPU time of one process, in seconds; a process that has ended counts as zero. */
function cpuSeconds(pid: number): number {
  const fields = fieldsOf(pid);
  return (Number(fields[FIELDS.user] ?? 0) + Number(fields[FIELDS.system] ?? 0)) / TICKS;
}

const TICKS = 100;
/** Places of the fields in `/proc/PID/stat` after the name, as in proc(5). */
const FIELDS = { parent: 1, user: 11, system: 12, childrenUser: 13, childrenSystem: 14 };

function fieldsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
  } catch {
    return [];
  }
}
