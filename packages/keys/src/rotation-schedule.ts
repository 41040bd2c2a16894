import type { KeyDates, KeyPurpose } from './key-lifecycle.ts';

/** When keys are generated, reloaded and replaced; all durations in seconds. */
export interface RotationSchedule {
  /** How long a key of each purpose signs. */
  readonly periodSeconds: Readonly<Record<KeyPurpose, number>>;
  /**
   * How long before it signs a key is generated, so that every node and every verifying service
   * has loaded it in time.
   */
  readonly leadSeconds: number;
  /** How often a node reloads its keys. */
  readonly reloadSeconds: number;
  /** How long other services may cache the public keys (`Cache-Control: max-age`). */
  readonly publicMaxAgeSeconds: number;
}

/**
 * Derives the whole schedule from how long an access-token key signs, in seconds. The keys of
 * refresh tokens never leave the nodes, so they sign for longer.
 *
 * @example
 * import { rotationSchedule } from '@latchkey/keys';
 *
 * const { reloadSeconds, publicMaxAgeSeconds } = rotationSchedule(30 * 86_400); // 10, 300
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
 * Returns when the successor of a purpose's newest key begins to sign, if it must be generated now.
 *
 * @param now milliseconds since the epoch
 * @returns milliseconds since the epoch; `null` while it is too early to generate it
 * @example
 * import { derivedKeys, rotationSchedule, successorDue } from '@latchkey/keys';
 *
 * const [newest] = derivedKeys([secret], 'access-token');
 * const signsFrom = newest && successorDue(newest, rotationSchedule(30 * 86_400), clock.now());
 * if (signsFrom) console.log('generate a key now; it signs from', new Date(signsFrom));
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
