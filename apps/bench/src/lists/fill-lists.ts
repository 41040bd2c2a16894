import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { type Dialect, eventsSql, receiptsSql, type Sizes, sessionsSql, usersSql } from './rows.ts';

/** Number of rows that one statement adds. */
const STEP = 250_000;

const TABLES = ['app_users', 'latchkey_sessions', 'latchkey_audit_events', 'app_session_receipts'];

/** Runs statements on a connection without the time limits of the server. */
interface Connection {
  run(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

async function connect(dialect: Dialect, place: string): Promise<Connection> {
  if (dialect === 'sqlite') {
    const database = new DatabaseSync(place);
    database.exec('pragma synchronous = off; pragma cache_size = -400000');
    return {
      run: async (sql) => database.prepare(sql).all() as Record<string, unknown>[],
      close: async () => {
        database.exec('pragma wal_checkpoint(truncate)');
        database.close();
      },
    };
  }
  const client = new Client(place);
  await client.connect();
  await client.query("set synchronous_commit = off; set maintenance_work_mem = '512MB'");
  return {
    run: async (sql) => (await client.query(sql)).rows,
    close: () => client.end(),
  };
}

/** The indexes that can be dropped while the tables are filled. */
const INDEXES: Readonly<Record<Dialect, string>> = {
  sqlite: `select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in ('${TABLES.join("', '")}')`,
  postgres: `select i.indexname as name, i.indexdef as sql from pg_indexes i where i.schemaname = 'public' and i.tablename in ('${TABLES.join("', '")}', 'app_audit_texts')
    and not exists (select 1 from pg_constraint c where c.conname = i.indexname)`,
};

/**
 * Fills the tables of a migrated database by its own statements: users first, then their sessions,
 * events and receipts.
 *
 * @param place the file of SQLite, or the URL of PostgreSQL
 * @param onStep called with what is being done
 */
export async function fillLists(
  dialect: Dialect,
  place: string,
  sizes: Sizes,
  now: number,
  onStep: (text: string) => void,
): Promise<void> {
  const connection = await connect(dialect, place);
  try {
    const indexes = await connection.run(INDEXES[dialect]);
    for (const { name } of indexes) await connection.run(`drop index ${name}`);
    for (const [name, count, statement] of [
      ['users', sizes.users, usersSql],
      ['sessions', sizes.sessions, sessionsSql],
      ['receipts', sizes.sessions, receiptsSql],
      ['events', sizes.events, eventsSql],
    ] as const) {
      onStep(`adding ${count.toLocaleString('en')} ${name}`);
      for (let from = 0; from < count; from += STEP)
        await connection.run(statement(dialect, sizes, now, from, Math.min(from + STEP, count)));
    }
    for (const { name, sql } of indexes) {
      onStep(`index ${name}`);
      await connection.run(`${sql}`);
    }
    onStep('summaries by time');
    /** As the background job of the server writes them, of all blocks but the last. */
    await connection.run(
      `insert into app_audit_spans (block, first_at, last_at) select id / 1000, min(at), max(at)
       from latchkey_audit_events where id < ${Math.floor(sizes.events / 1_000) * 1_000} group by id / 1000`,
    );
    onStep('analyze');
    await connection.run(dialect === 'postgres' ? 'vacuum analyze' : 'pragma user_version');
  } finally {
    await connection.close();
  }
}

/** Returns the bytes of each index and table of the lists, largest first. */
export async function sizesOf(
  dialect: Dialect,
  place: string,
): Promise<{ readonly name: string; readonly bytes: number }[]> {
  const connection = await connect(dialect, place);
  try {
    const rows = await connection.run(
      dialect === 'postgres'
        ? "select relname as name, pg_relation_size(oid) as bytes from pg_class where relkind in ('r', 'i') and relnamespace = 'public'::regnamespace order by 2 desc"
        : 'select name, sum(pgsize) as bytes from dbstat group by name order by 2 desc',
    );
    return rows.map(({ name, bytes }) => ({ name: String(name), bytes: Number(bytes) }));
  } finally {
    await connection.close();
  }
}
