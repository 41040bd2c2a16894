import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * For a page of one user's live sessions, by sign-in. No rotation changes a column of it, so that
 * refreshes stay heap-only updates.
 */
export const indexSessionPages: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.dropIndex('sessions_user_id').execute();
    await db.schema
      .createIndex('sessions_user_id')
      .on('sessions')
      .columns(['user_id', 'created_at', 'id'])
      .where('revoked_at' as never, 'is', null)
      .execute();
  },
};
