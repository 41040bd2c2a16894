import { StoreUnavailableError } from '@latchkey/core';
import { testDatabase } from '@latchkey/test-services';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../../database.ts';
import { sqlSessionStore } from '../../sessions/session-store.ts';

describe('database.within on PostgreSQL', () => {
  let database: SqlDatabase;
  beforeAll(async () => {
    const postgres = await testDatabase();
    database = await openDatabase(postgres.url, { poolSize: 2 });
    return async () => {
      await database.close();
      await postgres.drop();
    };
  });
  const revoke = () => sqlSessionStore(database).revoke('none', 'signed_out', 7);
  const rows = { query: async () => [] };

  it.each([
    [
      undefined,
      /within\(\) needs \{ query\(sql, parameters\) \}: a function that runs a statement/,
    ],
    [
      { query: async () => ({ rows: [] }) },
      /transaction\.query returned no array: return the rows/,
    ],
  ])('refuses the transaction %j in one sentence with the fix', async (transaction, sentence) => {
    await expect(database.within(transaction as never, revoke)).rejects.toThrow(sentence);
  });

  it('refuses to run in a transaction of the database', async () => {
    await expect(database.transaction(() => database.within(rows, revoke))).rejects.toThrow(
      'database.within() was called in database.transaction(): use one of the two',
    );
  });

  it('joins nested transactions, and ends with the work', async () => {
    const sent: string[] = [];
    const transaction = {
      async query(sql: string) {
        sent.push(sql.split(' ')[0] ?? '');
        return [];
      },
    };
    let late: Promise<unknown> = Promise.resolve();
    await database.within(transaction, () => {
      late = new Promise(setImmediate).then(revoke);
      return database.transaction(revoke);
    });
    await late;
    expect(sent).toEqual(['update']);
  });

  it("throws StoreUnavailableError for an outage, and the driver's error for a fault", async () => {
    const failing = (code: string) => ({
      query: () => Promise.reject(Object.assign(new Error('it fails'), { code })),
    });
    await expect(database.within(failing('57P01'), revoke)).rejects.toThrow(StoreUnavailableError);
    await expect(database.within(failing('42P01'), revoke)).rejects.toThrow('it fails');
  });
});
