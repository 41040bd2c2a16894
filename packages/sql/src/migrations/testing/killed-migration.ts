import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { locate } from '../../database.ts';
import { migrations } from '../migrate.ts';

/**
 * A process that migrates the database its argument names, and is killed when every statement has
 * run and nothing is committed.
 */
const { kind, dialect } = locate(process.argv[2] ?? '');
const db = new Kysely<unknown>({ dialect: dialect() });
const last = {
  async up() {
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  },
};
await new Migrator({
  db,
  provider: { getMigrations: async () => ({ ...migrations(kind), '999-killed': last }) },
}).migrateToLatest();
