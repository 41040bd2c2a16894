import { createSessionLayer, deriveKeyRing, type SessionStore } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { testDatabase } from '@latchkey/test-services';
import { CompiledQuery, type KyselyPlugin } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlAuditLog } from '../audit/audit-log.ts';
import { openDatabase, type SqlDatabase } from '../database.ts';
import { sqlSessionStore } from './session-store.ts';

const SESSIONS = 6_000;
const { createdAt: now } = sessionRecord();
const client = { userAgent: 'test', ipAddress: '127.0.0.1' };

/** A node of PostgreSQL's report on how a statement was executed. */
interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];

/** Reading a page must not cost more for a user with thousands of sessions. */
describe.each([
  ['SQLite', async () => ({ url: 'memory:', drop: async () => {} })],
  ['PostgreSQL', testDatabase],
] as const)('%s', (_name, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  let database: SqlDatabase;
  let store: SessionStore;
  /** The statements that the store has run, and the number of rows that each returned. */
  const statements: { query: CompiledQuery; rows: number }[] = [];
  beforeEach(async () => {
    server = await start();
    database = await openDatabase(server.url);
    const noted: KyselyPlugin = {
      transformQuery({ node, queryId }) {
        statements.push({ query: database.db.getExecutor().compileQuery(node, queryId), rows: 0 });
        return node;
      },
      async transformResult({ result }) {
        Object.assign(statements.at(-1) ?? {}, { rows: result.rows.length });
        return result;
      },
    };
    store = sqlSessionStore({
      db: database.db,
      kind: database.kind,
      schema: database.schema,
      run: (query) => database.run((db) => query(db.withPlugin(noted))),
    });
  });
  afterEach(async () => {
    await database.close();
    await server.drop();
    statements.length = 0;
  });

  async function thousands(fields: Partial<ReturnType<typeof sessionRecord>>): Promise<void> {
    const sessions = Array.from({ length: SESSIONS }, (_, index) =>
      sessionRecord({ userId: 'a', createdAt: now - index, ...fields }),
    );
    const filler = sqlSessionStore(database);
    for (let at = 0; at < SESSIONS; at += 200)
      await Promise.all(sessions.slice(at, at + 200).map(filler.create));
    if (database.kind === 'postgres')
      await database.run((db) =>
        db.executeQuery(CompiledQuery.raw('vacuum analyze latchkey_sessions')),
      );
  }

  /**
   * Checks that the last statement walked the index in order, and returns how many rows of the
   * table it looked at; `null` where the database does not tell.
   */
  async function lookedAt(): Promise<number | null> {
    const { sql, parameters } = statements.at(-1)?.query ?? CompiledQuery.raw('');
    const explain = async (words: string) =>
      (
        await database.run((db) =>
          db.executeQuery<Record<string, unknown>>(
            CompiledQuery.raw(`${words} ${sql}`, [...parameters]),
          ),
        )
      ).rows;
    if (database.kind === 'sqlite') {
      const steps = (await explain('explain query plan')).map(({ detail }) => String(detail));
      expect(steps).toEqual([
        expect.stringContaining('SEARCH latchkey_sessions USING INDEX latchkey_sessions_user_id'),
      ]);
      return null;
    }
    const [row] = await explain('explain (analyze, format json)');
    const plans = row?.['QUERY PLAN'] as readonly { Plan: Plan }[] | undefined;
    const steps = (plans ?? []).flatMap(({ Plan: plan }) => flat(plan));
    expect(steps.map((step) => step['Node Type'])).toEqual([
      'Limit',
      expect.stringMatching(/^Index Scan/),
    ]);
    return steps.reduce(
      (sum, step) => sum + (step['Rows Removed by Filter'] ?? 0),
      steps.at(-1)?.['Actual Rows'] ?? 0,
    );
  }

  it('reads one page of a user with 6,000 sessions by walking 51 entries of the index', {
    timeout: 60_000,
  }, async () => {
    await thousands({});
    let { sessions, next } = await store.findByUser('a', now, { limit: 50 });
    for (const page of [1, 2, 3]) {
      expect([page, sessions.length, statements.at(-1)?.rows]).toEqual([page, 50, 51]);
      expect([51, null]).toContain(await lookedAt());
      ({ sessions, next } = await store.findByUser('a', now, {
        limit: 50,
        after: next ?? undefined,
      }));
    }
    expect(sessions[0]?.createdAt).toBe(now - 150);
  });

  it('does not walk past 6,000 revoked or expired sessions of a user', {
    timeout: 60_000,
  }, async () => {
    await thousands({ revokedAt: now, revokedReason: 'session_limit' });
    const alive = sessionRecord({ userId: 'a', createdAt: now - 2 * SESSIONS });
    await store.create(alive);
    expect(await store.findByUser('a', now, { limit: 50 })).toEqual({
      sessions: [alive],
      next: null,
    });
    expect([1, null]).toContain(await lookedAt());
  });

  it('keeps maxSessionsPerUser after 40 sign-ins at once, and keeps the newest of them', {
    timeout: 60_000,
  }, async () => {
    let at = now;
    const layer = createSessionLayer({
      ring: deriveKeyRing([
        Buffer.from('the secret of these tests, number 1').toString('base64url'),
      ]),
      store: sqlSessionStore(database),
      auditLog: sqlAuditLog(database),
      users: { findUser: async () => null },
      clock: { now: () => ++at },
      options: { maxSessionsPerUser: 5 },
    });
    const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
    const grants = await Promise.all(Array.from({ length: 40 }, () => layer.issue(alice, client)));
    const { sessions } = await layer.sessionsOf('a', { limit: 100 });
    expect(sessions.map(({ id }) => id)).toEqual(
      grants
        .slice(-5)
        .map(({ sessionId }) => sessionId)
        .toReversed(),
    );
    const { length: ended } = (
      await sqlAuditLog(database).list({ userId: 'a', limit: 100 })
    ).filter(({ reason }) => reason === 'session_limit');
    expect(ended).toBe(35);
    await layer.close();
  });
});
