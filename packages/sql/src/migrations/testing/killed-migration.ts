import { Kysely } from 'kysely';
import { locate } from '../../connection/target.ts';
import { migratorOf } from '../migrate.ts';
import { allSets } from '../migration-set.ts';

/**
 * Migrates the database that the argument names in a process that is killed after the last
 * statement and before the commit.
 */
const { kind, dialect } = await locate(process.argv[2] ?? '');
const [set] = allSets(null, undefined);
if (!set) throw new Error('there is no set of migrations');
const last = {
  async up() {
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  },
};
const killed = {
  ...set,
  migrations: () => ({ ...set.migrations(kind), '999-killed': last }),
};
await migratorOf(new Kysely<unknown>({ dialect: dialect() }), killed, kind).migrateToLatest();
