import { CompiledQuery, type KyselyPlugin, sql } from 'kysely';
import type { AppDatabase } from '../services/app-database.ts';

type Database = Pick<AppDatabase, 'run' | 'transaction' | 'kind' | 'db'>;

/** A database that notes its statements, and tells how the database would execute them. */
export function plansOf(given: Database): {
  readonly database: Pick<AppDatabase, 'run' | 'kind'>;
  /** Returns the steps of the noted statements that match, each with its statement. */
  offending(step: RegExp): Promise<string[]>;
} {
  const noted = new Map<string, CompiledQuery>();
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      const query = given.db.getExecutor().compileQuery(node, queryId);
      noted.set(query.sql, query);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return {
    database: { kind: given.kind, run: (query) => given.run((db) => query(db.withPlugin(plugin))) },
    async offending(step) {
      const found: string[] = [];
      for (const { sql: text, parameters } of noted.values()) {
        const explain = given.kind === 'sqlite' ? 'explain query plan' : 'explain';
        const { rows } = await given.transaction(() =>
          given.run(async (db) => {
            /** PostgreSQL then reads a whole table only where no index would do. */
            if (given.kind === 'postgres') await sql`set local enable_seqscan = off`.execute(db);
            return db.executeQuery<Record<string, unknown>>(
              CompiledQuery.raw(`${explain} ${text}`, [...parameters]),
            );
          }),
        );
        for (const row of rows) {
          const line = String(row.detail ?? row['QUERY PLAN']);
          if (step.test(line)) found.push(`${line.trim()}: ${text.replace(/\s+/g, ' ')}`);
        }
      }
      return found;
    },
  };
}

/** Matches a step that reads a whole table, by its name or alias, without an index. */
export const seekOnly = (table: string, alias: string) =>
  new RegExp(
    `^SCAN (${table}|${alias})\\b(?! (USING|VIRTUAL))|Seq Scan on ${table}\\b|^SCAN (${table}|${alias}) USING AUTOMATIC`,
  );
