import type { KeyDates, KeyPurpose } from './key-lifecycle.ts';

/** The rhythm of keys, in seconds. */
export interface RotationSchedule {
  /** How long a key signs. */
  readonly periodSeconds: Readonly<Record<KeyPurpose, number>>;
  /**
   * How long before it signs the next key is made: by then every node and every service that
   * verifies has it.
   */
  readonly leadSeconds: number;
  /** How often a node reads its keys. */
  readonly reloadSeconds: number;
  /** How long other services may go by the public keys they have. */
  readonly publicMaxAgeSeconds: number;
}

/**
 * Everything that depends on how long an access-token key signs. The keys of refresh tokens never
 * leave the nodes, and stay longer.
 */
export function rotationSchedule(rotationSeconds: number): RotationSchedule {
  const leadSeconds = Math.min(600, rotationSeconds / 3);
  return {
    periodSeconds: {
      'access-token': rotationSeconds,
      'refresh-token': 3 * rotationSeconds,
    },
    leadSeconds,
    reloadSeconds: Math.min(10, leadSeconds / 4),
    publicMaxAgeSeconds: Math.floor(leadSeconds / 2),
  };
}

/**
 * When the successor of a purpose's newest key is to sign.
 *
 * @returns milliseconds since the epoch; `null` while it is too early to make it
 */
export function successorDue(
  { purpose, signsFrom }: KeyDates,
  { periodSeconds, leadSeconds }: RotationSchedule,
  now: number,
): number | null {
  const due = Math.round((signsFrom ?? 0) + periodSeconds[purpose] * 1000);
  const earliest = Math.round(now + leadSeconds * 1000);
  return due <= earliest ? Math.max(due, earliest) : null;
}
