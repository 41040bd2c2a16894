import type { Algorithm, Clock, OptionFault } from '@latchkey/core';
import { deriveKeyEncryptionKeys, refuseUnknownOptions } from '@latchkey/core';
import { seal, unseal } from '@latchkey/core/crypto';
import { derivedKeys } from './derived-keys.ts';
import type { PrivateJwk } from './jwk-members.ts';
import { KEY_PURPOSES, type KeyDates, type KeyPurpose, type ManagedKey } from './key-lifecycle.ts';
import type { KeySource } from './key-source.ts';
import { exportJwk, generateJwk, importJwk } from './private-jwk.ts';

/**
 * How often storing a first key is tried: a node with another secret may be faster, with a key that
 * this node cannot decrypt.
 */
const MAX_ATTEMPTS = 3;

/** A row of the key table: a key's dates and its encrypted private part. */
export interface StoredKey extends KeyDates {
  /**
   * The number of the key within its purpose, from 1 on. It is unique: of two nodes that add a key
   * at the same time, one fails.
   */
  readonly number: number;
  readonly signsFrom: number;
  readonly createdAt: number;
  /**
   * The private JWK, encrypted (AES-256-GCM) under a key derived from one of the secrets; `null`
   * once the key is revoked.
   */
  readonly sealed: string | null;
}

/** The port to a table of keys. Every method may throw `StoreUnavailableError`. */
export interface KeyTable {
  /** Returns all rows of the key table, ordered by `number`. */
  list(): Promise<StoredKey[]>;
  /**
   * Adds keys of one purpose to the table, all or none.
   *
   * @returns false if the number of the first key is taken
   */
  insert(keys: readonly StoredKey[]): Promise<boolean>;
  /** Replaces the sealed form of a key if it still equals `from`. */
  reseal(kid: string, from: string, to: string): Promise<void>;
  /**
   * Erases the sealed form of a key and sets its `revokedAt` to `at`.
   *
   * @returns false if the key is unknown or already revoked
   */
  revoke(kid: string, at: number): Promise<boolean>;
  /** Deletes the rows of the keys with these ids. */
  forget(kids: readonly string[]): Promise<void>;
}

/** The options of {@link databaseKeys}. */
export interface DatabaseKeysOptions {
  readonly table: KeyTable;
  /**
   * The secrets in base64url, at least 32 bytes each: the first encrypts stored keys, all decrypt.
   */
  readonly secrets: readonly string[];
  /** The algorithm of new access-token keys. */
  readonly algorithm: Algorithm;
  readonly clock: Clock;
  /**
   * Called once for each key that is skipped: no secret decrypts it (`faults` is empty), or it is
   * weak or malformed, as `faults` says.
   */
  readonly onUnreadable?: (key: KeyDates, faults: readonly OptionFault[]) => void;
}

/** A key source backed by a database table, and the changes to it. */
export interface DatabaseKeys extends KeySource {
  /**
   * Creates the first key of each purpose that has none. Nodes that start at the same time end up
   * with the same keys.
   */
  begin(): Promise<void>;
  /** Generates a key without storing it. Call it before a transaction: RSA takes up to a second. */
  make(purpose: KeyPurpose): Promise<PrivateJwk>;
  /**
   * Stores a generated key.
   *
   * @param signsFrom milliseconds since the epoch
   * @returns `null` if another node has added a key of this purpose at the same time
   */
  add(purpose: KeyPurpose, made: PrivateJwk, signsFrom: number): Promise<KeyDates | null>;
  /**
   * Revokes a key and erases it.
   *
   * @returns false if the key is unknown or already revoked
   */
  revoke(kid: string, at: number): Promise<boolean>;
  /** Deletes keys with everything that is stored about them, their dates included. */
  forget(kids: readonly string[]): Promise<void>;
}

/**
 * Keeps keys in a database table, encrypted under a key derived from the secrets.
 *
 * @throws OptionsError naming each unusable secret by its position
 * @example
 * import { parseSessionOptions } from '@latchkey/core';
 * import { databaseKeys, keyLifetimes, watchKeys } from '@latchkey/keys';
 * import { sqlKeyTable } from '@latchkey/sql';
 *
 * const table = sqlKeyTable(database);
 * const source = databaseKeys({ table, secrets: [secret], algorithm: 'ES256', clock });
 * await source.begin();
 * const lifetimes = keyLifetimes(parseSessionOptions());
 * const { ring } = await watchKeys({ source, lifetimes, clock, reloadSeconds: 10 });
 */
export function databaseKeys({
  table,
  secrets,
  algorithm,
  clock,
  onUnreadable = () => {},
  ...others
}: DatabaseKeysOptions): DatabaseKeys {
  refuseUnknownOptions(others);
  const encryptionKeys = deriveKeyEncryptionKeys(secrets);
  const [encryptionKey = Buffer.alloc(0)] = encryptionKeys;
  /**
   * The keys that this node has decrypted. It keeps them after another node has encrypted them
   * under a secret that this node does not have yet.
   */
  const opened = new Map<string, ManagedKey>();
  const unreadable = new Set<string>();

  async function load(): Promise<ManagedKey[]> {
    const rows = await table.list();
    const keys = await Promise.all(rows.map(open));
    for (const kid of opened.keys())
      if (!rows.some((row) => row.kid === kid && row.sealed !== null)) opened.delete(kid);
    return keys.filter((key) => key !== null);
  }

  async function open(row: StoredKey): Promise<ManagedKey | null> {
    const { kid, purpose, algorithm: bound, signsFrom, revokedAt, sealed } = row;
    const dates = { kid, purpose, algorithm: bound, signsFrom, revokedAt };
    if (sealed === null) return { ...dates, key: null };
    const key = opened.get(kid) ?? (await unwrap(row, sealed));
    if (!Array.isArray(key)) {
      opened.set(kid, key);
      return { ...dates, key: key.key } as ManagedKey;
    }
    if (!unreadable.has(kid)) onUnreadable(dates, key);
    unreadable.add(kid);
    return null;
  }

  /**
   * Decrypts a stored key. Returns the key, or its faults: an empty list if no secret decrypts it.
   */
  async function unwrap(row: StoredKey, sealed: string): Promise<ManagedKey | OptionFault[]> {
    for (const [index, secret] of encryptionKeys.entries()) {
      const plain = unseal(sealed, secret, contextOf(row));
      if (!plain) continue;
      const key = importJwk(JSON.parse(plain.toString()), `key ${row.kid}`);
      if (Array.isArray(key)) return key;
      if (key.kid !== row.kid || key.purpose !== row.purpose || key.algorithm !== row.algorithm)
        return [];
      if (index > 0)
        await table.reseal(row.kid, sealed, seal(plain, encryptionKey, contextOf(row)));
      return key;
    }
    return [];
  }

  async function beginWith(purpose: KeyPurpose): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const rows = (await table.list()).filter((row) => row.purpose === purpose);
      const known = await Promise.all(rows.map(open));
      if (known.some((key) => key?.key)) return;
      const first = rows.length === 0 ? derived(purpose) : [];
      await insert(purpose, first.length > 0 ? first : [await make(purpose)], clock.now(), rows);
    }
  }

  /**
   * Returns the keys that an app derived from its secrets before it stored keys, so that users stay
   * signed in. Empty for access tokens of another algorithm than HS256.
   */
  function derived(purpose: KeyPurpose): PrivateJwk[] {
    if (purpose === 'access-token' && algorithm !== 'HS256') return [];
    return derivedKeys(secrets, purpose).flatMap((key) => exportJwk(key) ?? []);
  }

  function make(purpose: KeyPurpose): Promise<PrivateJwk> {
    return generateJwk(purpose, algorithm);
  }

  async function insert(
    purpose: KeyPurpose,
    made: readonly PrivateJwk[],
    signsFrom: number,
    rows: readonly StoredKey[],
  ): Promise<StoredKey[] | null> {
    const last = Math.max(
      0,
      ...rows.filter((row) => row.purpose === purpose).map(({ number }) => number),
    );
    const keys = made.map((jwk, index): StoredKey => {
      const dates = { kid: jwk.kid, purpose, algorithm: jwk.alg, signsFrom, revokedAt: null };
      const sealed = seal(Buffer.from(JSON.stringify(jwk)), encryptionKey, contextOf(dates));
      return { ...dates, number: last + 1 + index, createdAt: clock.now(), sealed };
    });
    return (await table.insert(keys)) ? keys : null;
  }

  return {
    load,
    async begin() {
      for (const purpose of KEY_PURPOSES) await beginWith(purpose);
    },
    make,
    async add(purpose, made, signsFrom) {
      const [key] = (await insert(purpose, [made], signsFrom, await table.list())) ?? [];
      return key
        ? { kid: key.kid, purpose, algorithm: key.algorithm, signsFrom, revokedAt: null }
        : null;
    },
    revoke: table.revoke,
    forget: table.forget,
  };
}

/**
 * Returns the context that binds a sealed key to its row, so that it does not decrypt in another
 * one.
 */
function contextOf({
  kid,
  purpose,
  algorithm,
}: Pick<KeyDates, 'kid' | 'purpose' | 'algorithm'>): Buffer {
  return Buffer.from(JSON.stringify(['latchkey key', kid, purpose, algorithm]));
}
