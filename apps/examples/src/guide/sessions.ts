import { createSessionLayer, deriveKeyRing, randomSecret, systemClock } from '@latchkey/core';
import { openDatabase, sqlRevocationFeed, sqlSessionStore } from '@latchkey/sql';
import { findUser } from './users.ts';

// 32 random bytes in base64url. Without SECRET, a restart signs every user out.
const secret = process.env.SECRET ?? randomSecret(32).toString('base64url');
// postgres://…, file:sessions.db or memory:
const database = await openDatabase(process.env.DATABASE_URL ?? 'memory:');

export const layer = createSessionLayer({
  ring: deriveKeyRing([secret]),
  store: sqlSessionStore(database),
  feed: sqlRevocationFeed(database, systemClock),
  users: { findUser },
  clock: systemClock,
});
await layer.start();
