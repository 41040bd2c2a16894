import type { Algorithm } from '@latchkey/core';
import type { KeyPurpose, KeyTable } from '@latchkey/keys';
import { numberOrNull } from '../connection/number-or-null.ts';
import type { SqlDatabase } from '../database.ts';

const COLUMNS = [
  'kid',
  'purpose',
  'number',
  'algorithm',
  'signs_from as signsFrom',
  'created_at as createdAt',
  'removed_at as revokedAt',
  'sealed',
] as const;

/**
 * Creates the key table in SQL, for `databaseKeys`. Private parts arrive encrypted.
 *
 * @example
 * import { databaseKeys } from '@latchkey/keys';
 * import { sqlKeyTable } from '@latchkey/sql';
 *
 * const table = sqlKeyTable(database);
 * const source = databaseKeys({ table, secrets: [secret], algorithm: 'ES256', clock });
 */
export function sqlKeyTable({
  run,
  transaction,
}: Pick<SqlDatabase, 'run' | 'transaction'>): KeyTable {
  return {
    list: () =>
      run(async (db) => {
        const rows = await db
          .selectFrom('latchkey_keys')
          .select(COLUMNS)
          .orderBy('number')
          .orderBy('purpose')
          .execute();
        return rows.map((row) => ({
          ...row,
          purpose: row.purpose as KeyPurpose,
          algorithm: row.algorithm as Algorithm,
          number: Number(row.number),
          signsFrom: Number(row.signsFrom),
          createdAt: Number(row.createdAt),
          revokedAt: numberOrNull(row.revokedAt),
        }));
      }),

    /**
     * Inserts all keys in one statement: the node with the first number wins, the others wait for
     * that row.
     */
    insert: (keys) =>
      transaction(() =>
        run(async (db) => {
          for (const [
            index,
            { kid, purpose, number, algorithm, signsFrom, createdAt, revokedAt, sealed },
          ] of keys.entries()) {
            const row = {
              kid,
              purpose,
              number,
              algorithm,
              signs_from: signsFrom,
              created_at: createdAt,
              removed_at: revokedAt,
              sealed,
            };
            const { numInsertedOrUpdatedRows } = await db
              .insertInto('latchkey_keys')
              .values(row)
              .onConflict((conflict) => conflict.doNothing())
              .executeTakeFirst();
            if (index === 0 && Number(numInsertedOrUpdatedRows) === 0) return false;
          }
          return true;
        }),
      ),

    reseal: (kid, from, to) =>
      run(async (db) => {
        await db
          .updateTable('latchkey_keys')
          .set({ sealed: to })
          .where('kid', '=', kid)
          .where('sealed', '=', from)
          .execute();
      }),

    revoke: (kid, at) =>
      run(async (db) => {
        const row = await db
          .updateTable('latchkey_keys')
          .set({ sealed: null, removed_at: at })
          .where('kid', '=', kid)
          .where('removed_at', 'is', null)
          .returning('kid')
          .executeTakeFirst();
        return row !== undefined;
      }),

    forget: (kids) =>
      run(async (db) => {
        if (kids.length > 0)
          await db.deleteFrom('latchkey_keys').where('kid', 'in', kids).execute();
      }),
  };
}
