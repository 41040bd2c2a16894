import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * For administrators' lists: users by age, and the audit log by who did it and by time; the last
 * one answers counts without the table.
 */
export const indexAdminLists: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('users_created_at')
      .on('users')
      .columns(['created_at', 'username'])
      .execute();
    await db.schema
      .createIndex('audit_events_actor_id')
      .on('audit_events')
      .columns(['actor_id', 'id'])
      .execute();
    await db.schema
      .createIndex('audit_events_at')
      .on('audit_events')
      .columns(['at', 'kind', 'reason'])
      .execute();
  },
};
