import type { SessionRecord } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { CompiledQuery, type KyselyPlugin, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.ts';
import {
  type LiveSessionsCursor,
  type LiveSessionsPage,
  type SqlLiveSessions,
  sqlLiveSessions,
} from './live-sessions.ts';
import { sqlSessionStore } from './session-store.ts';

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

const NOW = 1_000;

describe.each(['SQLite', 'PostgreSQL'])('on %s, live sessions', (name) => {
  let database: SqlDatabase;
  let sessions: SqlLiveSessions;
  const kept: SessionRecord[] = [];
  beforeAll(async () => {
    database = await openDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
    sessions = sqlLiveSessions(database);
    const store = sqlSessionStore(database);
    const live = { idleExpiresAt: NOW + 1, absoluteExpiresAt: NOW + 1 };
    /** Three of the sessions began at the same instant. */
    for (const [username, createdAt] of [
      ['bob', 5],
      ['bo_b', 7],
      ['alice', 7],
      ['bo%b', 7],
      ['boxb', 9],
      ['zoë', 1],
    ] as const) {
      const session = sessionRecord({ ...live, username, userId: `id ${username}`, createdAt });
      await store.create(session);
      kept.push(session);
    }
    await store.create(sessionRecord({ ...live, idleExpiresAt: NOW }));
    await store.create(sessionRecord({ ...live, absoluteExpiresAt: NOW }));
    await store.create(sessionRecord({ ...live, revokedAt: 3, revokedReason: 'signed_out' }));
    kept.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  });
  afterAll(() => database.close());

  const names = async (page: Partial<LiveSessionsPage>) =>
    (await sessions.list({ limit: 50, ...page }, NOW)).sessions
      .map(({ username }) => username)
      .toSorted();

  it('lists sessions that are neither revoked nor expired, with every field, the newest sign-in first', async () => {
    const { sessions: listed } = await sessions.list({ limit: 50 }, NOW);
    expect(listed.map(({ createdAt }) => createdAt)).toEqual([9, 7, 7, 7, 5, 1]);
    expect(listed.toSorted((a, b) => a.username.localeCompare(b.username))).toEqual(
      kept.toSorted((a, b) => a.username.localeCompare(b.username)),
    );
    expect(await sessions.list({ limit: 50 }, NOW + 1)).toEqual({
      sessions: [],
      next: null,
      isPartial: false,
    });
  });

  it.each<[number, Partial<LiveSessionsPage>]>([
    [1, {}],
    [2, {}],
    [3, { username: { text: 'o', match: 'anywhere' } }],
    [1, { userIds: ['bob', 'bo_b', 'alice', 'bo%b', 'boxb', 'zoë'].map((name) => `id ${name}`) }],
    [2, { userIds: ['bob', 'bo_b', 'alice', 'bo%b', 'boxb', 'zoë'].map((name) => `id ${name}`) }],
  ])(
    'lists live sessions in pages of %d without gap or repetition, also with equal times: %j',
    async (limit, filter) => {
      const { sessions: whole } = await sessions.list({ limit: 50, ...filter }, NOW);
      expect(whole.length).toBeGreaterThan(3);
      const seen: SessionRecord[] = [];
      for (let after: LiveSessionsCursor | null | undefined; after !== null; ) {
        const page = await sessions.list({ ...filter, limit, after }, NOW);
        seen.push(...page.sessions);
        after = page.next;
      }
      expect(seen).toEqual(whole);
    },
  );

  it.each([
    ['bo', ['bo%b', 'bo_b', 'bob', 'boxb']],
    ['bo_', ['bo_b']],
    ['bo%', ['bo%b']],
    ['%', []],
    ['_', []],
    ['ob', []],
    ['zoë', ['zoë']],
    ["' or 1=1 --", []],
  ])('finds live sessions by a prefix of the username: %s', async (text, expected) => {
    expect(await names({ username: { text, match: 'beginning' } })).toEqual(expected);
  });

  it.each([
    ['ob', ['bob']],
    ['o_', ['bo_b']],
    ['%', ['bo%b']],
    ['oë', ['zoë']],
    ["' or 1=1 --", []],
  ])('finds live sessions by a part of the username: %s', async (text, expected) => {
    expect(await names({ username: { text, match: 'anywhere' } })).toEqual(expected);
  });

  it('finds the live sessions of some users', async () => {
    expect(await names({ userIds: ['id boxb', 'id alice', 'unknown'] })).toEqual(['alice', 'boxb']);
    expect(await names({ userIds: [] })).toEqual([]);
  });

  it('counts live sessions up to the given limit', async () => {
    expect([
      await sessions.count(NOW, 100),
      await sessions.count(NOW, 4),
      await sessions.count(NOW + 1, 100),
    ]).toEqual([6, 4, 0]);
  });
});

describe.each(['SQLite', 'PostgreSQL'])('on %s, live sessions among many expired ones', (name) => {
  const EXPIRED = 12_000;
  let server: TestDatabase | undefined;
  let database: SqlDatabase;
  let sessions: SqlLiveSessions;
  beforeAll(async () => {
    server = name === 'SQLite' ? undefined : await testDatabase();
    database = await openDatabase(server?.url ?? 'memory:');
    sessions = sqlLiveSessions(database);
    const store = sqlSessionStore(database);
    const live = { idleExpiresAt: NOW + 1, absoluteExpiresAt: NOW + 1 };
    await store.create(sessionRecord({ ...live, id: 'oldest', username: 'ann', createdAt: 1 }));
    await store.create(
      sessionRecord({ ...live, id: 'newest', username: 'ben', createdAt: 99_999 }),
    );
    const numbers =
      name === 'SQLite'
        ? sql`(with recursive i(n) as (select 1 union all select n + 1 from i where n < ${EXPIRED}) select n from i)`
        : sql`(select n from generate_series(1, ${EXPIRED}) n)`;
    await database.run((db) =>
      sql`insert into latchkey_sessions (id, user_id, username, generation, secret_hash, delivered_at, token_version, created_at,
          authenticated_at, last_seen_at, idle_expires_at, absolute_expires_at)
        select 's' || n, 'u' || n, 'cid', 0, 'x', 1, 0, 10 + n, 1, 1, ${NOW}, ${NOW + 1} from ${numbers} i`.execute(
        db,
      ),
    );
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await server?.drop();
  });

  it('returns an unfilled page after 10,000 expired sessions, and goes on after it', async () => {
    const first = await sessions.list({ limit: 50 }, NOW);
    expect([first.sessions.map(({ id }) => id), first.isPartial]).toEqual([['newest'], true]);
    const second = await sessions.list({ limit: 50, after: first.next ?? undefined }, NOW);
    expect([second.sessions.map(({ id }) => id), second.next, second.isPartial]).toEqual([
      ['oldest'],
      null,
      false,
    ]);
    expect(await sessions.count(NOW, 100)).toBe(2);
    expect(await sessions.count(NOW - 1, 12_001)).toBe(12_001);
  });

  it('reads pages and counts from the index by sign-in, without reading the table', async () => {
    const texts = new Map<string, CompiledQuery>();
    const noted: KyselyPlugin = {
      transformQuery({ node, queryId }) {
        const query = database.db.getExecutor().compileQuery(node, queryId);
        texts.set(query.sql, query);
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const watched = sqlLiveSessions({
      kind: database.kind,
      schema: database.schema,
      run: (query) => database.run((db) => query(db.withPlugin(noted))),
    });
    const after = { createdAt: 9_000, id: 's7' };
    for (const page of [{}, { after }, { userIds: ['u7', 'u8'] }, { userIds: ['u7'], after }])
      await watched.list({ ...page, limit: 5 }, NOW);
    await watched.count(NOW, 10);
    const explain = database.kind === 'sqlite' ? 'explain query plan' : 'explain';
    for (const { sql: text, parameters } of texts.values()) {
      const { rows } = await database.transaction(() =>
        database.run(async (db) => {
          if (database.kind === 'postgres') await sql`set local enable_seqscan = off`.execute(db);
          return db.executeQuery<Record<string, unknown>>(
            CompiledQuery.raw(`${explain} ${text}`, [...parameters]),
          );
        }),
      );
      const steps = rows.map((row) => String(row.detail ?? row['QUERY PLAN'])).join('\n');
      expect(steps).not.toMatch(
        /SCAN (latchkey_sessions|s)\b(?! USING)|Seq Scan|TEMP B-TREE.*\n.*SCAN/,
      );
      expect(steps).toMatch(
        /latchkey_sessions_(created_at|user_id|pkey)|autoindex_latchkey_sessions/,
      );
    }
  });
});
