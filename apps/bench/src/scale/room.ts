import { statfsSync } from 'node:fs';
import { number } from '../print.ts';

/** Bytes of disk for one session while a SQL store is filled, sorted and refreshed. */
const DISK_BYTES = 1_500;
/** Bytes of memory for one session in Redis. */
const REDIS_BYTES = 2_500;

/** Says in one sentence that the stores do not fit on the disk. */
export class TooLittleRoomError extends Error {}

/** The bytes that are free for the stores. */
export interface Room {
  readonly disk: number;
  readonly memory: number;
}

export const freeRoom = (folder: string): Room => {
  const { bavail, bsize } = statfsSync(folder);
  return { disk: bavail * bsize, memory: process.availableMemory() };
};

const gigabytes = (bytes: number) => `${number(bytes / 1e9, 1)} GB`;
const largest = (bytes: number, bytesEach: number) => number(Math.floor(bytes / bytesEach));

/**
 * Checks whether stores of all sizes fit on the disk together.
 *
 * @returns a sentence that says what is missing, or null
 */
export function diskFault(sizes: readonly number[], { disk }: Room, folder: string): string | null {
  const needed = total(sizes) * DISK_BYTES;
  if (needed <= disk) return null;
  return `--sessions is ${sizes.at(-1)}: the stores need ${gigabytes(needed)} of disk, and ${folder} has ${gigabytes(disk)} free. Free some, set TMPDIR to a folder on a larger disk, or lower --sessions (${largest(disk, DISK_BYTES * 1.2)} fit).`;
}

/**
 * Returns the sizes that fit into the memory together, for Redis, and a sentence about those that
 * do not.
 */
export function sizesInMemory(
  sizes: readonly number[],
  { memory }: Room,
): { readonly fitting: readonly number[]; readonly skipped: string | null } {
  const fitting = sizes.filter(
    (_, index) => total(sizes.slice(0, index + 1)) * REDIS_BYTES <= memory,
  );
  const missing = sizes.slice(fitting.length);
  const skipped =
    missing.length === 0
      ? null
      : `REDIS IS NOT MEASURED at ${missing.map((size) => number(size)).join(', ')} sessions: it needs ${gigabytes(total(sizes) * REDIS_BYTES)} of memory, and ${gigabytes(memory)} are available. Free some, or lower --sessions.`;
  return { fitting, skipped };
}

const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);
