import { DatabaseSync } from 'node:sqlite';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { sqlSessionStore } from '../sessions/session-store.ts';
import { migrationSql } from './migration-sql.ts';

const schemaOf = (handle: DatabaseSync) =>
  handle.prepare('select type, name, sql from sqlite_master order by type, name').all();

describe('migrationSql for SQLite', () => {
  it('makes the same tables as opening does, and opening then finds nothing to do (S1)', async () => {
    const [byHand, opened] = [new DatabaseSync(':memory:'), new DatabaseSync(':memory:')];
    byHand.exec(`begin; ${(await migrationSql({ dialect: 'sqlite' })).join(';\n')}; commit`);
    const database = await openDatabase(byHand, { migrate: false });
    expect(database.migrated).toEqual([]);
    await openDatabase(opened);
    expect(schemaOf(byHand)).toEqual(schemaOf(opened));
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    await store.create(session);
    expect(await store.find(session.id)).toEqual(session);
  });

  it.each([
    [{ dialect: 'mysql' }, /^dialect = "mysql": must be 'postgres' or 'sqlite'/],
    [{}, /^dialect = undefined: must be 'postgres' or 'sqlite'/],
    [{ dialect: 'sqlite', schema: 'auth' }, /^schema = "auth": is for PostgreSQL: leave it out/],
    [{ dialect: 'postgres', schema: 'a b' }, /^schema = "a b": must be 1 to 63 letters/],
    [{ dialect: 'postgres', prefix: 'x' }, /^prefix = "x": is not an option/],
  ])('refuses the options %j by name, with the fix', async (options, sentence) => {
    await expect(migrationSql(options as never)).rejects.toThrow(sentence);
  });
});

describe('the option migrate', () => {
  it('refuses a database that lacks a migration, names it, and changes nothing (S1)', async () => {
    const handle = new DatabaseSync(':memory:');
    await expect(openDatabase(handle, { migrate: false })).rejects.toThrow(
      'SQLite at a handle in memory lacks the migration latchkey_migrations/001-initial, and the option migrate is false: run the statements of migrationSql or pendingMigrations, or leave the option out.',
    );
    expect(schemaOf(handle)).toEqual([]);
  });
});
