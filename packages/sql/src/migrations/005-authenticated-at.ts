import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * When the password was last given in a session. Null means at its creation: so no row is
 * rewritten, and nodes that do not know the column go on.
 */
export const addAuthenticatedAt: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('sessions').addColumn('authenticated_at', 'bigint').execute();
  },
};
