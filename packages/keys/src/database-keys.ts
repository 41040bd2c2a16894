import type { Algorithm, Clock, OptionFault } from '@latchkey/core';
import { deriveKeyEncryptionKeys } from '@latchkey/core';
import { seal, unseal } from '@latchkey/core/crypto';
import { derivedKeys } from './derived-keys.ts';
import { KEY_PURPOSES, type KeyDates, type KeyPurpose, type ManagedKey } from './key-lifecycle.ts';
import type { KeySource } from './key-source.ts';
import { exportJwk, generateJwk, importJwk, type PrivateJwk } from './private-jwk.ts';

/** A node whose secret is another one may be faster, with a key that this one cannot open. */
const MAX_ATTEMPTS = 3;

/** A key as a database keeps it. */
export interface StoredKey extends KeyDates {
  /**
   * Counts the keys of a purpose from 1: two nodes that make one at the same time collide instead
   * of making two.
   */
  readonly number: number;
  readonly signsFrom: number;
  readonly createdAt: number;
  /**
   * The private JWK, AES-256-GCM under a key derived from LATCHKEY_SECRET; null once it was taken
   * out.
   */
  readonly sealed: string | null;
}

/** Where keys are kept. Every verb: @throws StoreUnavailableError */
export interface KeyTable {
  /** All of them, by number. */
  list(): Promise<StoredKey[]>;
  /**
   * Adds keys of one purpose. False, and nothing is changed, where the first one's number is taken.
   */
  insert(keys: readonly StoredKey[]): Promise<boolean>;
  /** Replaces the sealed form, if it is still the one given. */
  reseal(kid: string, from: string, to: string): Promise<void>;
  /**
   * Erases the sealed form and notes when. False when there is no such key, or it was taken out
   * before.
   */
  remove(kid: string, at: number): Promise<boolean>;
  /** Deletes rows. */
  forget(kids: readonly string[]): Promise<void>;
}

export interface DatabaseKeysOptions {
  readonly table: KeyTable;
  /** base64url; the first encrypts, all decrypt. */
  readonly secrets: readonly string[];
  /** What a new access-token key is for. */
  readonly algorithm: Algorithm;
  readonly clock: Clock;
  /**
   * A key is left out, told once for each: none of the secrets opens it, or it is unfit for use and
   * `faults` says why.
   */
  readonly onUnreadable?: (key: KeyDates, faults: readonly OptionFault[]) => void;
}

/** Keys that live in a database. */
export interface DatabaseKeys extends KeySource {
  /** Makes whatever first keys are missing. Nodes that start at once agree on the same ones. */
  begin(): Promise<void>;
  /** A new key, not stored yet. RSA takes a moment: make it before a transaction. */
  make(purpose: KeyPurpose): Promise<PrivateJwk>;
  /** Stores a made key. `null` where another node was faster. */
  add(purpose: KeyPurpose, made: PrivateJwk, signsFrom: number): Promise<KeyDates | null>;
  /** False when there is no such key, or it was taken out before. */
  remove(kid: string, at: number): Promise<boolean>;
  forget(kids: readonly string[]): Promise<void>;
}

export function databaseKeys({
  table,
  secrets,
  algorithm,
  clock,
  onUnreadable = () => {},
}: DatabaseKeysOptions): DatabaseKeys {
  const encryptionKeys = deriveKeyEncryptionKeys(secrets);
  const [encryptionKey = Buffer.alloc(0)] = encryptionKeys;
  /**
   * Opened once: a node keeps its keys when another one has wrapped them under a secret that this
   * one does not have yet.
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
    const { kid, purpose, algorithm: bound, signsFrom, removedAt, sealed } = row;
    const dates = { kid, purpose, algorithm: bound, signsFrom, removedAt };
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

  /** The key, or what makes it unfit for use: nothing in particular where no secret opens it. */
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

  /** The keys that were in use before keys were stored: signed-in people stay signed in. */
  function derived(purpose: KeyPurpose): PrivateJwk[] {
    return derivedKeys(secrets, algorithm === 'RS256' ? null : algorithm)
      .filter((key) => key.purpose === purpose)
      .flatMap((key) => exportJwk(key) ?? []);
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
      const dates = { kid: jwk.kid, purpose, algorithm: jwk.alg, signsFrom, removedAt: null };
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
        ? { kid: key.kid, purpose, algorithm: key.algorithm, signsFrom, removedAt: null }
        : null;
    },
    remove: table.remove,
    forget: table.forget,
  };
}

/** A sealed key opens only in its own row. */
function contextOf({
  kid,
  purpose,
  algorithm,
}: Pick<KeyDates, 'kid' | 'purpose' | 'algorithm'>): Buffer {
  return Buffer.from(JSON.stringify(['latchkey key', kid, purpose, algorithm]));
}
