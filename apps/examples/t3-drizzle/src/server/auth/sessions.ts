import { createSessionLayer, deriveKeyRing, systemClock } from '@latchkey/core';
import { openDatabase, sqlRevocationFeed, sqlSessionStore } from '@latchkey/sql';
import { eq } from 'drizzle-orm';
import { env } from '~/env';
import type { Database } from '~/server/db';
import { type User, users } from '~/server/db/schema';

/** The user as Latchkey knows it. */
export const asUser = ({ id, email, role }: User) => ({
  id,
  username: email,
  role,
  tokenVersion: 0,
  disabled: false,
});

export async function openSessions(url: string, db: Database) {
  const database = await openDatabase(url);
  const store = sqlSessionStore(database);
  const layer = createSessionLayer({
    ring: deriveKeyRing([env.AUTH_SECRET]),
    store,
    feed: sqlRevocationFeed(database, systemClock),
    clock: systemClock,
    users: {
      async findUser(id) {
        const user = await db.query.users.findFirst({ where: eq(users.id, id) });
        return user ? asUser(user) : null;
      },
    },
    options: {
      accessTokenSeconds: env.ACCESS_TOKEN_MINUTES * 60,
      idleSeconds: env.REFRESH_TOKEN_DAYS * 86_400,
    },
  });
  await layer.start();
  return { database, store, layer };
}

export type Sessions = Awaited<ReturnType<typeof openSessions>>;
