import type { StoredKey } from '@latchkey/keys';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.ts';
import { sqlKeyTable } from './key-table.ts';

const stored = (fields: Partial<StoredKey> = {}): StoredKey => ({
  kid: 'a',
  purpose: 'access-token',
  algorithm: 'ES256',
  number: 1,
  signsFrom: 10,
  createdAt: 5,
  revokedAt: null,
  sealed: 'sealed',
  ...fields,
});

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

describe.each(['SQLite', 'PostgreSQL'])('keys in %s', (name) => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await openDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.db.deleteFrom('latchkey_keys').execute();
  });

  it('stores keys field for field, and lists them by number', async () => {
    const table = sqlKeyTable(database);
    expect(await table.insert([stored({ kid: 'b', number: 2 })])).toBe(true);
    expect(
      await table.insert([stored(), stored({ kid: 'c', purpose: 'refresh-token', number: 3 })]),
    ).toBe(true);
    expect(await table.list()).toEqual([
      stored(),
      stored({ kid: 'b', number: 2 }),
      stored({ kid: 'c', purpose: 'refresh-token', number: 3 }),
    ]);
  });

  it('keeps the first keys of one node when several nodes create them in parallel', async () => {
    const nodes = await Promise.all(
      ['x', 'y', 'z'].map(async (node) => ({ node, own: await openOther() })),
    );
    const won = await Promise.all(
      nodes.map(({ node, own }) =>
        sqlKeyTable(own).insert([
          stored({ kid: `${node}1` }),
          stored({ kid: `${node}2`, number: 2 }),
        ]),
      ),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    const winner = nodes[won.indexOf(true)]?.node;
    expect((await sqlKeyTable(database).list()).map(({ kid }) => kid)).toEqual([
      `${winner}1`,
      `${winner}2`,
    ]);
    if (name === 'PostgreSQL') await Promise.all(nodes.map(({ own }) => own.close()));
  });

  it('replaces the sealed form of a key only if it is unchanged', async () => {
    const table = sqlKeyTable(database);
    await table.insert([stored()]);
    await table.reseal('a', 'something else', 'lost');
    await table.reseal('a', 'sealed', 'anew');
    expect((await table.list()).map(({ sealed }) => sealed)).toEqual(['anew']);
  });

  it('erases the sealed form of a key once when it is revoked, and deletes keys', async () => {
    const table = sqlKeyTable(database);
    await table.insert([stored()]);
    expect([
      await table.revoke('a', 20),
      await table.revoke('a', 21),
      await table.revoke('unknown', 21),
    ]).toEqual([true, false, false]);
    expect(await table.list()).toEqual([stored({ revokedAt: 20, sealed: null })]);
    await table.forget([]);
    await table.forget(['a', 'unknown']);
    expect(await table.list()).toEqual([]);
  });

  /** Opens the table on another connection, except in memory: SQLite in memory belongs to one. */
  const openOther = () =>
    name === 'SQLite' ? Promise.resolve(database) : openDatabase(postgres.url);
});
