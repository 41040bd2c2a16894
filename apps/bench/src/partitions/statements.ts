import type { SessionRecord, SessionStore } from '@latchkey/core';
import { type LatchkeyTables, sqlSessionStore } from '@latchkey/sql';
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { Client } from 'pg';
import { WRITTEN } from '../rotation/rotations.ts';

const VERBS = {
  'rotate a session': (store, { id, generation, secretHash }) =>
    store.rotate(
      { sessionId: id, generation, secretHash, now: 1, deliveredBy: 9e15 },
      { ...WRITTEN, generation: generation + 1, deliveredAt: 1 },
    ),
  'find a session': (store, { id }) => store.find(id),
  'acknowledge a session': (store, { id, generation }) =>
    store.acknowledge([{ sessionId: id, generation, at: 1 }]),
  'revoke a session': (store, { id }) => store.revoke(id, 'signed_out', 1),
  'find sessions of a user': (store, { userId }) => store.findByUser(userId, 1, { limit: 50 }),
  'revoke sessions of a user': (store, { userId }) =>
    store.revokeAllOfUser(userId, 'signed_out', 1),
  'find expired sessions': (store) => store.purge(1, 100, null),
} as const satisfies Record<
  string,
  (store: SessionStore, session: SessionRecord) => Promise<unknown>
>;

export type Verb = keyof typeof VERBS;
export const VERB_NAMES = Object.keys(VERBS) as Verb[];

/**
 * Returns the first SQL statement that the store sends for a method, with its values, recorded by a
 * driver that sends nothing.
 */
export async function statementOf(verb: Verb, session: SessionRecord): Promise<CompiledQuery> {
  const sent: CompiledQuery[] = [];
  const db = new Kysely<LatchkeyTables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (own) => new PostgresIntrospector(own),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => void sent.push(query),
  });
  await VERBS[verb](
    sqlSessionStore({
      db: db as never,
      kind: 'postgres',
      schema: null,
      run: (work) => work(db as never),
    }),
    session,
  );
  const [first] = sent;
  if (!first) throw new Error(`"${verb}" sent no statement`);
  return first;
}

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Node Type': string;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Runs a statement under EXPLAIN ANALYZE with some settings of PostgreSQL changed, and rolls it
 * back.
 *
 * @returns the tables that it read
 */
export async function explain(
  url: string,
  { sql, parameters }: CompiledQuery,
  settings: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query('begin');
    for (const [name, value] of Object.entries(settings))
      await client.query(`set local ${name} = ${value}`);
    const { rows } = await client.query(`explain (analyze, format json) ${sql}`, [...parameters]);
    await client.query('rollback');
    const visited = nodesOf(rows[0]['QUERY PLAN'][0].Plan).filter(
      (node) => node['Actual Loops'] > 0,
    );
    return [
      ...new Set(
        visited.flatMap((node) =>
          node['Node Type'].includes('Scan') ? (node['Relation Name'] ?? []) : [],
        ),
      ),
    ];
  } finally {
    await client.end();
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
