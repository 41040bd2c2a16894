import type { AccessTokenKey, Algorithm, MacKey, NamedKey, SessionOptions } from '@latchkey/core';

/** What keys are for. The keys of each purpose are rotated independently. */
export const KEY_PURPOSES = ['access-token', 'refresh-token'] as const;
/** What a key is for: one of {@link KEY_PURPOSES}. */
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** A key's metadata. Instants are milliseconds since the epoch. */
export interface KeyDates {
  readonly kid: string;
  readonly purpose: KeyPurpose;
  /** The algorithm of the key; for refresh tokens always HS256 (HMAC-SHA-256). */
  readonly algorithm: Algorithm;
  /**
   * When the key begins to sign; `null` for a key without a date, which is older than any other.
   */
  readonly signsFrom: number | null;
  /** When the key was revoked: nothing it signed is valid from then on. `null` until then. */
  readonly revokedAt: number | null;
}

/** A key with its metadata. `key` is `null` once the key is revoked. */
export type ManagedKey = KeyDates &
  (
    | { readonly purpose: 'access-token'; readonly key: AccessTokenKey | null }
    | { readonly purpose: 'refresh-token'; readonly key: MacKey | null }
  );

/**
 * What a key is used for at an instant.
 *
 * - `next`: verifies, and will sign.
 * - `current`: signs and verifies.
 * - `retired`: its successor signs; verifies until what it signed has expired.
 * - `expired`: no longer verifies, as everything it signed has expired.
 * - `revoked`: withdrawn before its time; verifies nothing.
 */
export type KeyStatus = 'next' | 'current' | 'retired' | 'expired' | 'revoked';

/**
 * A key's status at an instant. It depends on the dates of all keys of its purpose and on the clock
 * alone, so all nodes agree.
 */
export interface KeyLifecycle<Key extends KeyDates = KeyDates> {
  readonly key: Key;
  readonly status: KeyStatus;
  /**
   * When the key's successor begins to sign; `null` without a successor, or if that has no date.
   */
  readonly retiredAt: number | null;
  /** The instant from which the key is expired; `Infinity` while it has no dated successor. */
  readonly verifiesUntil: number;
}

/** For each purpose, how many seconds a retired key still verifies. */
export type KeyLifetimes = Readonly<Record<KeyPurpose, number>>;

/**
 * How much longer than needed a retired key verifies: a node that has not reloaded its keys yet
 * still signs with it.
 */
const MARGIN_SECONDS = 30;

/**
 * Returns how long retired keys must verify under these options, in seconds: as long as an access
 * token or an idle session lives, and half a minute.
 *
 * @example
 * import { parseSessionOptions } from '@latchkey/core';
 * import { keyLifetimes } from '@latchkey/keys';
 *
 * const lifetimes = keyLifetimes(parseSessionOptions({ accessTokenSeconds: 300 }));
 * console.log(lifetimes['access-token']); // 330
 */
export function keyLifetimes({
  accessTokenSeconds,
  clockToleranceSeconds,
  idleSeconds,
}: SessionOptions): KeyLifetimes {
  return {
    'access-token': accessTokenSeconds + clockToleranceSeconds + MARGIN_SECONDS,
    'refresh-token': idleSeconds + MARGIN_SECONDS,
  };
}

/**
 * Returns the status of each key at an instant, in milliseconds since the epoch. Of two keys with
 * the same date the later one in the list signs. Keys revoked before they ever signed are left out.
 *
 * @example
 * import { parseSessionOptions } from '@latchkey/core';
 * import { derivedKeys, keyLifecycles, keyLifetimes } from '@latchkey/keys';
 *
 * const keys = derivedKeys([newSecret, oldSecret], 'access-token');
 * const lifetimes = keyLifetimes(parseSessionOptions());
 * for (const { key, status } of keyLifecycles(keys, lifetimes, clock.now()))
 *   console.log(key.kid, status); // … retired, … current
 */
export function keyLifecycles<Key extends KeyDates>(
  keys: readonly Key[],
  lifetimes: KeyLifetimes,
  now: number,
): KeyLifecycle<Key>[] {
  return KEY_PURPOSES.flatMap((purpose) => {
    const inOrder = keys
      .filter((key) => key.purpose === purpose && !neverSigned(key))
      .toSorted(byDate);
    const kept = inOrder.filter((key) => key.revokedAt === null);
    /** If all dates are in the future (the clock was set back), the first key signs. */
    const current = kept.findLast((key) => startOf(key) <= now) ?? kept[0];
    return inOrder.map((key, index) =>
      lifecycleOf(key, inOrder[index + 1], current, lifetimes[purpose], now),
    );
  });
}

function lifecycleOf<Key extends KeyDates>(
  key: Key,
  successor: Key | undefined,
  current: Key | undefined,
  lifetimeSeconds: number,
  now: number,
): KeyLifecycle<Key> {
  const retiredAt = successor?.signsFrom ?? null;
  const verifiesUntil =
    retiredAt === null ? Number.POSITIVE_INFINITY : retiredAt + lifetimeSeconds * 1000;
  const withStatus = (status: KeyStatus) => ({ key, status, retiredAt, verifiesUntil });
  if (key.revokedAt !== null) return withStatus('revoked');
  if (key === current) return withStatus('current');
  if (startOf(key) > now) return withStatus('next');
  return withStatus(now < verifiesUntil ? 'retired' : 'expired');
}

function byDate(a: KeyDates, b: KeyDates): number {
  const [left, right] = [startOf(a), startOf(b)];
  return left === right ? 0 : left - right;
}

function startOf({ signsFrom }: KeyDates): number {
  return signsFrom ?? Number.NEGATIVE_INFINITY;
}

function neverSigned(key: KeyDates): boolean {
  return key.revokedAt !== null && key.revokedAt < startOf(key);
}

/**
 * Returns the keys that are not revoked, each under the name (its `kid`) that faults give it.
 *
 * @example
 * import { keyFaults } from '@latchkey/core';
 * import { derivedKeys, namedKeys } from '@latchkey/keys';
 *
 * const faults = keyFaults(namedKeys(derivedKeys([secret], 'refresh-token')));
 */
export function namedKeys(keys: readonly ManagedKey[]): NamedKey[] {
  return keys.flatMap(({ kid, key }) => (key ? [{ name: kid, key }] : []));
}
