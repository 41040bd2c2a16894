import { createSessionLayer, deriveKeyRing, systemClock } from '@latchkey/core';
import { openDatabase, sqlRevocationFeed, sqlSessionStore } from '@latchkey/sql';
import { config } from './config';
import type { Db, Member } from './db';

/** A member as Latchkey knows it. */
export const asUser = ({ id, name, isAdmin }: Member) => ({
  id,
  username: name,
  role: isAdmin ? 'admin' : 'member',
  tokenVersion: 0,
  disabled: false,
});

export async function openSessions(db: Db, url: string) {
  const database = await openDatabase(url);
  const store = sqlSessionStore(database);
  const layer = createSessionLayer({
    ring: deriveKeyRing([config.secret]),
    store,
    feed: sqlRevocationFeed(database, systemClock),
    clock: systemClock,
    users: {
      async findUser(id) {
        const member = db.data.members.find((candidate) => candidate.id === id);
        return member ? asUser(member) : null;
      },
    },
    options: { accessTokenSeconds: 300, idleSeconds: 60 * 86_400, maxSeconds: 400 * 86_400 },
  });
  await layer.start();
  return { db, database, store, layer };
}

export type Services = Awaited<ReturnType<typeof openSessions>>;
