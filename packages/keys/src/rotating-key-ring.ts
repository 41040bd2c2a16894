import type { AccessTokenKey, Clock, KeyRing, MacKey } from '@latchkey/core';
import { keyFaults, OptionsError } from '@latchkey/core';
import {
  type KeyLifecycle,
  type KeyLifetimes,
  type KeyPurpose,
  keyLifecycles,
  type ManagedKey,
  namedKeys,
} from './key-lifecycle.ts';

/**
 * A key ring whose keys rotate by the clock: which key signs and which keys verify is computed
 * again at each date of a key.
 */
export interface RotatingKeyRing extends Omit<KeyRing, 'seek'> {
  /**
   * Replaces all keys of the key ring.
   *
   * @throws OptionsError if a purpose would have no key, or a key is weak; the ring is unchanged
   */
  replace(keys: readonly ManagedKey[]): void;
  /** Returns the current status of each key. */
  lifecycles(): KeyLifecycle<ManagedKey>[];
}

/** The ring's keys from one date of a key to the next, in milliseconds since the epoch. */
interface Snapshot extends Omit<KeyRing, 'seek'> {
  readonly from: number;
  readonly until: number;
}

/**
 * Creates a key ring whose keys rotate by the clock.
 *
 * @param lifetimes how long retired keys verify: {@link keyLifetimes}
 * @throws OptionsError if a purpose has no key, or a key is weak
 */
export function rotatingKeyRing(
  keys: readonly ManagedKey[],
  lifetimes: KeyLifetimes,
  clock: Clock,
): RotatingKeyRing {
  let held = keys;
  refuseFaulty(keys);
  let snapshot = snapshotOf(keys, lifetimes, clock.now());

  function valid(): Snapshot {
    const now = clock.now();
    if (now >= snapshot.until || now < snapshot.from) snapshot = snapshotOf(held, lifetimes, now);
    return snapshot;
  }

  return {
    get signing() {
      return valid().signing;
    },
    get verifying() {
      return valid().verifying;
    },
    get macSigning() {
      return valid().macSigning;
    },
    get macVerifying() {
      return valid().macVerifying;
    },
    replace(given) {
      const next = given.map((key) => sameAsKnown(held, key));
      refuseFaulty(next);
      snapshot = snapshotOf(next, lifetimes, clock.now());
      held = next;
    },
    lifecycles: () => keyLifecycles(held, lifetimes, clock.now()),
  };
}

/** Rejects faulty keys: a key source of an adopter's own may return unchecked ones. */
function refuseFaulty(keys: readonly ManagedKey[]): void {
  const faults = keyFaults(namedKeys(keys));
  if (faults.length > 0) throw new OptionsError(faults);
}

function snapshotOf(keys: readonly ManagedKey[], lifetimes: KeyLifetimes, now: number): Snapshot {
  const lifecycles = keyLifecycles(keys, lifetimes, now);
  const access = verifyingFirst<AccessTokenKey>(lifecycles, 'access-token');
  const macs = verifyingFirst<MacKey>(lifecycles, 'refresh-token');
  return {
    from: now,
    until: Math.min(
      ...lifecycles
        .flatMap(({ key, verifiesUntil }) => [key.signsFrom ?? 0, verifiesUntil])
        .filter((instant) => instant > now),
    ),
    signing: access[0],
    verifying: new Map(access.map((key) => [key.kid, key])),
    macSigning: macs[0],
    macVerifying: macs,
  };
}

/**
 * Returns the keys of a purpose that verify, the signing key first. The next key verifies already,
 * because another node's clock may be slightly ahead.
 */
function verifyingFirst<Key extends AccessTokenKey | MacKey>(
  lifecycles: readonly KeyLifecycle<ManagedKey>[],
  purpose: KeyPurpose,
): readonly [Key, ...Key[]] {
  const rank = { current: 0, next: 1, retired: 2 };
  const [first, ...others] = lifecycles
    .flatMap(({ key, status }) =>
      key.purpose === purpose && key.key && status in rank
        ? [{ key: key.key as Key, rank: rank[status as keyof typeof rank] }]
        : [],
    )
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ key }) => key);
  if (!first)
    throw new OptionsError([
      { option: 'keys', value: purpose, fix: 'give at least one key for this purpose' },
    ]);
  return [first, ...others];
}

/**
 * Returns the known object of an unchanged key: the access-token cache compares keys by identity.
 */
function sameAsKnown(known: readonly ManagedKey[], key: ManagedKey): ManagedKey {
  const before = known.find(({ kid, purpose }) => kid === key.kid && purpose === key.purpose);
  if (!before?.key || !key.key) return key;
  const unchanged =
    materialOf(before.key).equals(materialOf(key.key)) && before.algorithm === key.algorithm;
  return unchanged ? ({ ...key, key: before.key } as ManagedKey) : key;
}

function materialOf(key: AccessTokenKey | MacKey) {
  return 'signKey' in key ? key.signKey : key.key;
}
