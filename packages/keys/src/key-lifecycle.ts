import type { AccessTokenKey, Algorithm, MacKey, NamedKey, SessionOptions } from '@latchkey/core';

/** What keys are for. The keys of each purpose are rotated on their own. */
export const KEY_PURPOSES = ['access-token', 'refresh-token'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** Everything about a key but the key itself. Instants are milliseconds since the epoch. */
export interface KeyDates {
  readonly kid: string;
  readonly purpose: KeyPurpose;
  /** For refresh tokens always HS256 (HMAC-SHA-256). */
  readonly algorithm: Algorithm;
  /** `null` for a key without a date: it has been there for ever. */
  readonly signsFrom: number | null;
  /** When it was taken out early; nothing it signed counts from then on. */
  readonly removedAt: number | null;
}

/** A key with its dates. `key` is null once it was taken out. */
export type ManagedKey = KeyDates &
  (
    | { readonly purpose: 'access-token'; readonly key: AccessTokenKey | null }
    | { readonly purpose: 'refresh-token'; readonly key: MacKey | null }
  );

/**
 * - `next`: verifies, and will sign.
 * - `current`: signs.
 * - `retired`: another one signs; verifies for as long as what it signed can live.
 * - `gone`: nothing it signed can be alive.
 * - `removed`: taken out early.
 */
export type KeyStatus = 'next' | 'current' | 'retired' | 'gone' | 'removed';

/**
 * Where a key stands. It follows from the dates of all keys of its purpose and the clock, so every
 * node comes to the same.
 */
export interface KeyLifecycle<Key extends KeyDates = KeyDates> {
  readonly key: Key;
  readonly state: KeyStatus;
  /** When its successor began or begins to sign; null when there is none, or it has no date. */
  readonly retiredAt: number | null;
  /** From this instant on it is gone; `Infinity` when that is not foreseeable. */
  readonly verifiesUntil: number;
}

/** For each purpose, how many seconds what a key has signed may live after the key has retired. */
export type KeyLifetimes = Readonly<Record<KeyPurpose, number>>;

/** A node that has not heard yet of its key's retirement goes on signing with it for a moment. */
const MARGIN_SECONDS = 30;

/** How long retired keys must verify under these options. */
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
 * Where each key stands at an instant. Of two keys with the same date the later one in the list
 * signs. Keys that were taken out before they ever signed are left out.
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
    const kept = inOrder.filter((key) => key.removedAt === null);
    /**
     * Where every key is still to come, which only a clock that was set back can bring about, the
     * first one signs all the same.
     */
    const current = kept.findLast((key) => startOf(key) <= now) ?? kept[0];
    return inOrder.map((key, index) =>
      termOf(key, inOrder[index + 1], current, lifetimes[purpose], now),
    );
  });
}

function termOf<Key extends KeyDates>(
  key: Key,
  successor: Key | undefined,
  current: Key | undefined,
  lifetimeSeconds: number,
  now: number,
): KeyLifecycle<Key> {
  const retiredAt = successor?.signsFrom ?? null;
  const verifiesUntil =
    retiredAt === null ? Number.POSITIVE_INFINITY : retiredAt + lifetimeSeconds * 1000;
  const term = (state: KeyStatus) => ({ key, state, retiredAt, verifiesUntil });
  if (key.removedAt !== null) return term('removed');
  if (key === current) return term('current');
  if (startOf(key) > now) return term('next');
  return term(now < verifiesUntil ? 'retired' : 'gone');
}

function byDate(a: KeyDates, b: KeyDates): number {
  const [left, right] = [startOf(a), startOf(b)];
  return left === right ? 0 : left - right;
}

function startOf({ signsFrom }: KeyDates): number {
  return signsFrom ?? Number.NEGATIVE_INFINITY;
}

function neverSigned(key: KeyDates): boolean {
  return key.removedAt !== null && key.removedAt < startOf(key);
}

/** Keys that exist still, under their `kid`, as faults name them. */
export function namedKeys(keys: readonly ManagedKey[]): NamedKey[] {
  return keys.flatMap(({ kid, key }) => (key ? [{ name: kid, key }] : []));
}
