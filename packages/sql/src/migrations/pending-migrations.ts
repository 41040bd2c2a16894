import { existsSync } from 'node:fs';
import { DummyDriver, Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { locate, type SqlKind } from '../database.ts';
import { migrations, NewerSchemaError } from './migrate.ts';

export interface PendingMigration {
  readonly name: string;
  readonly statements: readonly string[];
}

/**
 * What opening a database would run, without running it and without creating a file.
 *
 * @throws Error in one sentence when the database cannot be asked
 */
export async function pendingMigrations(url: string): Promise<PendingMigration[]> {
  const exists = !url.startsWith('file:') || existsSync(url.slice('file:'.length));
  const { kind, description, advice, dialect } = locate(exists ? url : 'memory:');
  const db = new Kysely<unknown>({ dialect: dialect() });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations(kind) },
    });
    const executed = await executedMigrations(db);
    const newer = executed.find((name) => !Object.hasOwn(migrations(kind), name));
    if (newer) throw new NewerSchemaError(newer);
    const pending = (await migrator.getMigrations()).filter(
      ({ executedAt }) => executedAt === undefined,
    );
    return await Promise.all(
      pending.map(async ({ name }) => ({ name, statements: await statementsOf(name, kind) })),
    );
  } catch (error) {
    throw new Error(
      `${description} cannot be read (${error instanceof Error ? error.message : 'unknown error'}). ${advice}`,
      { cause: error },
    );
  } finally {
    await db.destroy();
  }
}

async function executedMigrations(db: Kysely<unknown>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map(({ name }) => name);
}

/** Runs a migration against a driver that does nothing, and notes what it is told. */
async function statementsOf(name: string, kind: SqlKind): Promise<string[]> {
  const statements: string[] = [];
  const { dialect } = locate(kind === 'sqlite' ? 'memory:' : 'postgres://nobody@localhost/none');
  const real = dialect();
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => real.createAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (own) => real.createIntrospector(own),
      createQueryCompiler: () => real.createQueryCompiler(),
    },
    log: ({ query }) => void statements.push(query.sql),
  });
  await migrations(kind)[name]?.up(db);
  return statements;
}
