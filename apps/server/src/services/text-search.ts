import type { SqlAccess, SqlKind } from '@latchkey/sql';
import { type Kysely, type RawBuilder, sql } from 'kysely';

/** Whether a search finds a text anywhere in a field, or at its beginning only. */
export type TextMatch = 'anywhere' | 'beginning';

/**
 * Three letters or digits in a row: the shortest text that an index of trigrams finds in the middle
 * of a field.
 */
const TRIGRAM = /[\p{L}\p{N}]{3}/u;

/** The fields that are searched by their parts, and PostgreSQL's indexes of them. */
const TRIGRAM_INDEXES = [
  ['app_users_username_trigrams', 'app_users', 'username'],
  ['app_audit_texts_trigrams', 'app_audit_texts', 'text'],
] as const;

/** The warning about a PostgreSQL database without the indexes of trigrams. */
export const NO_TRIGRAMS =
  'PostgreSQL has no extension pg_trgm in this database, and the server may not create it: searches match the beginning of a name or reason only. Run "create extension pg_trgm" as a superuser and restart the server to match anywhere.';

/**
 * Creates SQLite's index of the trigrams of a column, and the triggers that keep it up to date.
 *
 * @param key the table's INTEGER PRIMARY KEY
 */
export async function createTrigramTable(
  db: Kysely<unknown>,
  table: string,
  key: string,
  column: string,
): Promise<void> {
  const index = `${table}_trigrams`;
  const remove = `insert into ${index} (${index}, rowid, ${column}) values ('delete', old.${key}, old.${column})`;
  const add = `insert into ${index} (rowid, ${column}) values (new.${key}, new.${column})`;
  for (const statement of [
    `create virtual table ${index} using fts5(${column}, content='${table}', content_rowid='${key}', tokenize='trigram', columnsize=0)`,
    `create trigger ${index}_insert after insert on ${table} begin ${add}; end`,
    `create trigger ${index}_delete after delete on ${table} begin ${remove}; end`,
    `create trigger ${index}_update after update of ${column} on ${table} begin ${remove}; ${add}; end`,
  ])
    await sql.raw(statement).execute(db);
}

/**
 * Creates PostgreSQL's indexes of trigrams if they are missing and the role may create them. With
 * `fastupdate` off no single sign-up pays for the entries of many.
 */
export async function createTrigramIndexes(
  database: Pick<SqlAccess, 'run' | 'transaction' | 'kind'>,
): Promise<void> {
  if (database.kind !== 'postgres' || (await hasTrigrams(database))) return;
  await database
    .transaction(() =>
      database.run(async (db) => {
        await sql`set local statement_timeout = 0`.execute(db);
        await sql`create extension if not exists pg_trgm`.execute(db);
        for (const [name, table, column] of TRIGRAM_INDEXES)
          await sql`create index if not exists ${sql.id(name)} on ${sql.table(table)} using gin (${sql.id(column)} gin_trgm_ops) with (fastupdate = off)`.execute(
            db,
          );
      }),
    )
    // Refused, or another process creates them at the same time: searches look for the result.
    .catch(() => {});
}

/** Whether the database can search for a text anywhere in a field. */
export async function hasTrigrams({
  run,
  kind,
}: Pick<SqlAccess, 'run' | 'kind'>): Promise<boolean> {
  if (kind === 'sqlite') return true;
  const names = TRIGRAM_INDEXES.map(([name]) => name);
  const { rows } = await run((db) =>
    sql`select 1 from pg_catalog.pg_index where indisvalid and indexrelid in (${sql.join(names.map((name) => sql`to_regclass(${name})`))})`.execute(
      db,
    ),
  );
  return rows.length === names.length;
}

/** Returns what the operator should know about the search of this database. */
export async function searchWarnings(database: Pick<SqlAccess, 'run' | 'kind'>): Promise<string[]> {
  return (await hasTrigrams(database)) ? [] : [NO_TRIGRAMS];
}

/** Searches for texts in the fields that have an index of trigrams. */
export interface TextSearch {
  /** How a text is matched. */
  matchOf(text: string): Promise<TextMatch>;
}

/** Creates the text search of a database, which looks once whether there are trigrams. */
export function textSearch(database: Pick<SqlAccess, 'run' | 'kind'>): TextSearch {
  let known: Promise<boolean> | undefined;
  return {
    async matchOf(text) {
      if (!TRIGRAM.test(text)) return 'beginning';
      known ??= hasTrigrams(database).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return (await known) ? 'anywhere' : 'beginning';
    },
  };
}

/** Quotes a text as a phrase of FTS5, in which no character is an operator. */
export const phrase = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** Returns the collation by which PostgreSQL orders texts by their bytes, as SQLite does. */
export const binary = (kind: SqlKind) => sql.raw(kind === 'postgres' ? ' collate "C"' : '');

/** The last character of Unicode, which no searched text contains. */
const LAST_CHARACTER = '\u{10ffff}';

/**
 * Builds the SQL condition that a text begins with another, which an index of the text's bytes
 * answers.
 */
export const beginsWith = (text: RawBuilder<unknown>, wanted: string) =>
  sql<boolean>`(${text} >= ${wanted} and ${text} < ${wanted + LAST_CHARACTER})`;

/** Builds the SQL condition that a text contains another; wildcards are literal. */
export const contains = (text: RawBuilder<unknown>, wanted: string) =>
  sql<boolean>`${text} like ${`%${literally(wanted)}%`} escape '\\'`;

/** As the two above, for a text in lower case, whatever the case of the other. */
export const loweredMatches = (text: RawBuilder<unknown>, wanted: string, match: TextMatch) =>
  match === 'anywhere'
    ? sql<boolean>`${text} like lower(${`%${literally(wanted)}%`}) escape '\\'`
    : sql<boolean>`(${text} >= lower(${wanted}) and ${text} < lower(${wanted}) || ${LAST_CHARACTER})`;

const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&');
