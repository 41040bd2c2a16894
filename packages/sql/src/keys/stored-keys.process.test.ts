import { type Algorithm, deriveKeyRing, newSessionId } from '@latchkey/core';
import { refreshTokenFor, settableClock } from '@latchkey/core/testing';
import {
  type DatabaseKeys,
  databaseKeys,
  derivedKeys,
  type KeyDates,
  type ManagedKey,
} from '@latchkey/keys';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.ts';
import { sqlKeyTable } from './key-table.ts';

const [OLD, NEW] = [1, 2].map((byte) =>
  Buffer.from(`the secret of these tests, number ${byte}`).toString('base64url'),
) as [string, string];

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

describe.each(['SQLite', 'PostgreSQL'])('keys kept in %s', (name) => {
  const clock = settableClock();
  let databases: SqlDatabase[];
  let unreadable: string[];
  beforeEach(async () => {
    databases = [await openDatabase(name === 'SQLite' ? 'memory:' : postgres.url)];
    await databases[0]?.db.deleteFrom('latchkey_keys').execute();
    unreadable = [];
  });
  afterEach(() => Promise.all(databases.map((database) => database.close())));

  /** Opens the keys as another node does; on PostgreSQL with its own connection. */
  async function node(
    secrets: string[] = [OLD],
    algorithm: Algorithm = 'ES256',
  ): Promise<DatabaseKeys> {
    if (name === 'PostgreSQL') databases.push(await openDatabase(postgres.url));
    const table = sqlKeyTable(databases.at(-1) as SqlDatabase);
    return databaseKeys({
      table,
      secrets,
      algorithm,
      clock,
      onUnreadable: ({ kid }: KeyDates) => void unreadable.push(kid),
    });
  }
  async function begun(...parameters: Parameters<typeof node>): Promise<DatabaseKeys> {
    const keys = await node(...parameters);
    await keys.begin();
    return keys;
  }
  const kids = (keys: readonly ManagedKey[]) => keys.map(({ kid }) => kid).toSorted();
  const signing = async (keys: DatabaseKeys, purpose = 'access-token') =>
    (await keys.load()).findLast((key) => key.purpose === purpose)?.kid;
  const rows = () => sqlKeyTable(databases[0] as SqlDatabase).list();

  it('stores, as first keys, those derived from the secret: HS256 and MAC', async () => {
    const keys = await (await begun([NEW, OLD], 'HS256')).load();
    const before = deriveKeyRing([NEW, OLD]);
    const access = keys.flatMap((key) =>
      key.purpose === 'access-token' && key.key ? [key.key] : [],
    );
    expect(access.map(({ kid }) => kid)).toEqual([...before.verifying.keys()].toReversed());
    for (const key of access)
      expect(before.verifying.get(key.kid)?.signKey.equals(key.signKey)).toBe(true);
    const macs = keys.flatMap((key) => (key.purpose === 'refresh-token' ? [key.key] : []));
    expect(macs).toEqual(before.macVerifying.toReversed());
  });

  it.each(['RS256', 'ES256'] as const)(
    'creates one first %s key for nodes that start in parallel',
    async (algorithm) => {
      const nodes = await Promise.all([
        node([OLD], algorithm),
        node([OLD], algorithm),
        node([OLD], algorithm),
      ]);
      await Promise.all(nodes.map((each) => each.begin()));
      const loaded = await Promise.all(nodes.map((each) => each.load()));
      expect(loaded.map(kids)).toEqual(Array.from({ length: 3 }, () => kids(loaded[0] ?? [])));
      expect(loaded[0]?.map(({ purpose }) => purpose).toSorted()).toEqual([
        'access-token',
        'refresh-token',
      ]);
    },
  );

  it('creates stored keys once: a later node uses the existing ones', async () => {
    const first = await begun();
    expect(kids(await (await begun()).load())).toEqual(kids(await first.load()));
  });

  it('rotates stored keys once when several nodes rotate in parallel', async () => {
    const nodes = await Promise.all([begun(), begun(), begun()]);
    const added = await Promise.all(
      nodes.map(async (each) =>
        each.add('access-token', await each.make('access-token'), clock.now() + 1),
      ),
    );
    expect(added.filter(Boolean).length).toBeGreaterThan(0);
    expect(
      (await rows())
        .filter(({ purpose }) => purpose === 'access-token')
        .map(({ number }) => number),
    ).toEqual(Array.from({ length: 1 + added.filter(Boolean).length }, (_, index) => index + 1));
  });

  it('opens stored keys under a new first secret, rewraps them, and then needs no old secret', async () => {
    const before = await (await begun([OLD])).load();
    const sealed = (await rows()).map((row) => row.sealed);
    expect((await (await begun([NEW, OLD])).load()).map(({ kid, key }) => ({ kid, key }))).toEqual(
      before.map(({ kid, key }) => ({ kid, key })),
    );
    for (const row of await rows()) expect(sealed).not.toContain(row.sealed);
    expect(kids(await (await begun([NEW])).load())).toEqual(kids(before));
    expect(unreadable).toEqual([]);
  });

  it('keeps opened keys on a node while another one rewraps them', async () => {
    const behind = await begun([OLD]);
    const before = await behind.load();
    await begun([NEW, OLD]);
    expect(await behind.load()).toEqual(before);
    expect(unreadable).toEqual([]);
  });

  it('skips keys that the secret does not open, reports each once and replaces it', async () => {
    const before = await (await begun([OLD])).load();
    const keys = await begun([NEW]);
    const after = await keys.load();
    await keys.load();
    expect(unreadable.toSorted()).toEqual(kids(before));
    expect(after.map(({ purpose }) => purpose).toSorted()).toEqual([
      'access-token',
      'refresh-token',
    ]);
    expect(kids(after).filter((kid) => kids(before).includes(kid))).toEqual([]);
    expect(kids(await (await begun([NEW])).load())).toEqual(kids(after));
  });

  it('does not open a stored key in another row, or under another purpose or algorithm', async () => {
    const keys = await begun();
    await keys.add('refresh-token', await keys.make('refresh-token'), clock.now() + 1);
    const [first, second] = await rows();
    const db = databases[0]?.db;
    await db
      ?.updateTable('latchkey_keys')
      .set({ sealed: second?.sealed ?? null })
      .where('kid', '=', first?.kid ?? '')
      .execute();
    await db
      ?.updateTable('latchkey_keys')
      .set({ algorithm: 'RS256' })
      .where('kid', '=', second?.kid ?? '')
      .execute();
    const opened = await (await node()).load();
    expect([opened.length, unreadable.toSorted()]).toEqual([
      1,
      [first?.kid ?? '', second?.kid ?? ''].toSorted(),
    ]);
  });

  it('erases the private part of a stored key when it is revoked', async () => {
    const keys = await begun();
    const kid = (await signing(keys)) ?? '';
    expect(await keys.revoke(kid, clock.now())).toBe(true);
    expect(await keys.load()).toContainEqual(
      expect.objectContaining({ kid, key: null, revokedAt: clock.now() }),
    );
    expect((await rows()).find((row) => row.kid === kid)?.sealed).toBeNull();
  });

  it('stores no number or byte of a private key in plain text, in any encoding', async () => {
    for (const algorithm of ['RS256', 'ES256', 'HS256'] as const) {
      const keys = await begun([OLD], algorithm);
      await keys.add('access-token', await keys.make('access-token'), clock.now());
      await keys.add('refresh-token', await keys.make('refresh-token'), clock.now());
      const text = JSON.stringify(await rows());
      const secrets = (await keys.load()).flatMap((key) => {
        if (!key.key) return [];
        const jwk = ('signKey' in key.key ? key.key.signKey : key.key.key).export({
          format: 'jwk',
        });
        return [jwk.d, jwk.p, jwk.q, jwk.k].filter((part) => part !== undefined);
      });
      expect(secrets.length).toBeGreaterThan(3);
      for (const secret of secrets)
        for (const encoding of ['base64url', 'base64', 'hex'] as const)
          expect(text).not.toContain(Buffer.from(secret, 'base64url').toString(encoding));
    }
  });

  it('still accepts refresh tokens that were issued before keys were stored', async () => {
    const { token } = refreshTokenFor(
      deriveKeyRing([OLD]),
      { sessionId: newSessionId('u'), generation: 3, userId: 'u' },
      'ursula',
    );
    const stored = (await (await begun([OLD])).load()).find(
      ({ purpose }) => purpose === 'refresh-token',
    );
    const derived = derivedKeys([OLD], 'refresh-token')[0];
    expect(stored?.key).toEqual(derived?.key);
    expect(Buffer.from(token.slice(4), 'base64url')[0]).toBe(
      stored?.key && 'id' in stored.key ? stored.key.id : undefined,
    );
  });
});
