import { createSessionLayer, deriveKeyRing, randomSecret, systemClock } from '@latchkey/core';
import { openDatabase, sqlRevocationFeed, sqlSessionStore } from '@latchkey/sql';
import { z } from 'zod';
import { checkPassword, findUser } from '../users.ts';

/** What each procedure needs to know of its caller: any Standard Schema, at most 1 kB of JSON. */
const claims = z.object({
  tenantId: z.string(),
  permissions: z.array(z.enum(['read', 'write', 'invite'])),
});
export type Claims = z.infer<typeof claims>;

/** The app's table of members, by user id. */
export const members = new Map<string, Claims>([
  ['7', { tenantId: 'acme', permissions: ['read', 'write', 'invite'] }],
  ['8', { tenantId: 'acme', permissions: ['read'] }],
]);

const noMember: Claims = { tenantId: '', permissions: [] };
type Account = Awaited<ReturnType<typeof findUser>>;
const withClaims = (user: Account) => user && { ...user, claims: members.get(user.id) ?? noMember };

export const checkMember = async (email: string, password: string) =>
  withClaims(await checkPassword(email, password));

const secret = process.env.SECRET ?? randomSecret(32).toString('base64url');
const database = await openDatabase(process.env.DATABASE_URL ?? 'memory:');
export const layer = createSessionLayer({
  ring: deriveKeyRing([secret]),
  store: sqlSessionStore(database),
  feed: sqlRevocationFeed(database, systemClock),
  claims,
  users: { findUser: async (id) => withClaims(await findUser(id)) },
  clock: systemClock,
});
await layer.start();
