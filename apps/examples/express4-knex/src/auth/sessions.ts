import { createSessionLayer, deriveKeyRing, purgeExpired, systemClock } from '@latchkey/core';
import {
  openDatabase,
  type SqlTransaction,
  sqlRevocationFeed,
  sqlSessionStore,
} from '@latchkey/sql';
import type { Knex } from 'knex';
import { config } from '../config';
import { db, type UserRow } from '../db';

/** A user as Latchkey knows it. */
export const asUser = ({ id, email, role, active }: UserRow) => ({
  id: String(id),
  username: email,
  role,
  tokenVersion: 0,
  disabled: !active,
});

/** Lets Latchkey write in a transaction of Knex. */
export const inTransaction = (trx: Knex.Transaction): SqlTransaction => ({
  query: async (sql, parameters) =>
    (await trx.raw(sql.replace(/\$\d+/g, '?'), [...parameters] as Knex.RawBinding[])).rows,
});

export async function openSessions() {
  const database = await openDatabase(config.databaseUrl);
  const store = sqlSessionStore(database);
  const layer = createSessionLayer({
    ring: deriveKeyRing([config.sessionSecret]),
    store,
    feed: sqlRevocationFeed(database, systemClock),
    clock: systemClock,
    users: {
      async findUser(id) {
        const user = await db<UserRow>('users')
          .where({ id: Number(id) })
          .first();
        return user ? asUser(user) : null;
      },
    },
    options: { accessTokenSeconds: config.accessTokenSeconds, idleSeconds: config.idleSeconds },
  });
  await layer.start();
  return {
    database,
    layer,
    /** Deletes what can never be used again. Runs every hour, see server.ts. */
    cleanUp: () => purgeExpired(store, Date.now()),
    async close() {
      await layer.close();
      await database.close();
    },
  };
}

export type Sessions = Awaited<ReturnType<typeof openSessions>>;
