import type { SessionRecord } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.ts';
import { type LiveSessionsPage, type SqlLiveSessions, sqlLiveSessions } from './live-sessions.ts';
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
    const live = { createdAt: 1, idleExpiresAt: NOW + 1, absoluteExpiresAt: NOW + 1 };
    /** Three of the sessions were last used at the same instant. */
    for (const [username, lastSeenAt] of [
      ['bob', 5],
      ['bo_b', 7],
      ['alice', 7],
      ['bo%b', 7],
      ['boxb', 9],
      ['zoë', 1],
    ] as const) {
      const session = sessionRecord({ ...live, username, lastSeenAt });
      await store.create(session);
      kept.push(session);
    }
    await store.create(sessionRecord({ ...live, idleExpiresAt: NOW }));
    await store.create(sessionRecord({ ...live, absoluteExpiresAt: NOW }));
    await store.create(sessionRecord({ ...live, revokedAt: 3, revokedReason: 'signed_out' }));
    kept.sort((a, b) => b.lastSeenAt - a.lastSeenAt || (a.id < b.id ? 1 : -1));
  });
  afterAll(() => database.close());

  const names = async (page: Partial<LiveSessionsPage>) =>
    (await sessions.list({ limit: 50, ...page }, NOW)).map(({ username }) => username).toSorted();

  it('lists sessions that are neither revoked nor expired, with every field, the last used first', async () => {
    const listed = await sessions.list({ limit: 50 }, NOW);
    expect(listed.map(({ lastSeenAt }) => lastSeenAt)).toEqual([9, 7, 7, 7, 5, 1]);
    expect(listed.toSorted((a, b) => a.username.localeCompare(b.username))).toEqual(
      kept.toSorted((a, b) => a.username.localeCompare(b.username)),
    );
    expect(await sessions.list({ limit: 50 }, NOW + 1)).toEqual([]);
  });

  it.each([1, 2, 4])(
    'lists live sessions in pages of %d without gap or repetition, also with equal times of use',
    async (limit) => {
      const whole = await sessions.list({ limit: 50 }, NOW);
      const seen: SessionRecord[] = [];
      for (
        let page: SessionRecord[] = [];
        seen.length === 0 || page.length === limit;
        seen.push(...page)
      )
        page = await sessions.list({ limit, after: seen.at(-1) }, NOW);
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
  ])('finds live sessions by a prefix of the username: %s', async (search, expected) => {
    expect(await names({ search })).toEqual(expected);
  });

  it('counts live sessions up to the given limit', async () => {
    expect([
      await sessions.count(NOW, 100),
      await sessions.count(NOW, 4),
      await sessions.count(NOW + 1, 100),
    ]).toEqual([6, 4, 0]);
  });
});
