import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatementSync } from 'node:sqlite';
import { createSessionLayer, deriveKeyRing, type LayerEvent, type User } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { latchkey, sessionOf } from '@latchkey/http';
import { openDatabase, sqlSessionStore } from '@latchkey/sql';
import { testDatabase } from '@latchkey/test-services';
import express from 'express';
import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';

const HERD = 20;
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  vi.restoreAllMocks();
});

const urls: Readonly<Record<string, () => Promise<string>>> = {
  async PostgreSQL() {
    const { url, drop } = await testDatabase();
    ends.push(drop);
    return url;
  },
  async SQLite() {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-herds-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    return `file:${join(folder, 'a.db')}`;
  },
};

/** Counts the statements that the drivers of this process send from now on. */
function countStatements(): () => number {
  const calls = [
    vi.spyOn(pg.Client.prototype, 'query'),
    ...(['all', 'run', 'iterate', 'get'] as const).map((verb) =>
      vi.spyOn(StatementSync.prototype, verb),
    ),
  ];
  return () => calls.reduce((sum, { mock }) => sum + mock.calls.length, 0);
}

const clock = settableClock();

/** Starts a node whose users are in the same database; `agent` keeps its connections open. */
async function nodeOn(url: string, events: LayerEvent[]) {
  const database = await openDatabase(url);
  ends.push(database.close);
  await sql`create table if not exists people (id text primary key, username text not null)`.execute(
    database.db,
  );
  await sql`insert into people values (${alice.id}, ${alice.username}) on conflict do nothing`.execute(
    database.db,
  );
  const layer = createSessionLayer({
    ring,
    clock,
    store: sqlSessionStore(database),
    users: {
      async findUser(id): Promise<User | null> {
        const { rows } = await sql<
          Pick<User, 'username'>
        >`select username from people where id = ${id}`.execute(database.db);
        return rows[0] ? { ...alice, ...rows[0] } : null;
      },
    },
    onEvent: (event) => void events.push(event),
  });
  const app = express().use(latchkey({ layer }));
  app.get('/', (request, response) => {
    response.send(sessionOf(request).principal?.username ?? 'anonymous');
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: HERD });
  ends.push(async () => {
    agent.destroy();
    await new Promise((resolve) => server.close(resolve));
    await layer.close();
  });

  async function ask(cookie: string): Promise<{ body: string; cookies: string[] }> {
    const [response] = await once(
      get({ port, agent, headers: { cookie }, host: '127.0.0.1' }),
      'response',
    );
    let body = '';
    for await (const part of response) body += part;
    return { body, cookies: response.headers['set-cookie'] ?? [] };
  }
  return { layer, ask };
}

const refreshCookie = ({ cookies }: { cookies: string[] }) =>
  cookies.find((cookie) => cookie.startsWith('__Host-X-Refresh-Token='));

describe.each(Object.keys(urls))('twenty requests of one browser at one expiry, on %s', (kind) => {
  it.each([
    [1, 4],
    [2, 8],
  ])('are served by %i nodes with at most %i statements in all', async (count, most) => {
    const url = (await urls[kind]?.()) ?? expect.fail();
    const events: LayerEvent[] = [];
    const nodes: Awaited<ReturnType<typeof nodeOn>>[] = [];
    for (let node = 0; node < count; node++) nodes.push(await nodeOn(url, events));
    const [first] = nodes;
    const herd = (cookie: string) =>
      Promise.all(
        Array.from({ length: HERD }, (_, n) => nodes[n % count]?.ask(cookie) ?? expect.fail()),
      );
    const grant = await first?.layer.issue(alice, { userAgent: null, ipAddress: '127.0.0.1' });
    /** Opens the connections of the browser and of the nodes. */
    await herd('');
    await Promise.all(
      nodes.flatMap(({ layer }) => Array.from({ length: 4 }, () => layer.sessionsOf('b'))),
    );

    const counted = countStatements();
    const answers = await herd(
      `__Host-X-Refresh-Token=${grant?.refreshToken}; __Host-X-Username=alice`,
    );
    for (const { layer } of nodes) await layer.flush();
    const statements = counted();

    expect(answers.map(({ body }) => body)).toEqual(Array(HERD).fill('alice'));
    expect(new Set(answers.map(refreshCookie)).size).toBe(1);
    expect(refreshCookie(answers[0] ?? expect.fail())).toBeDefined();
    const record = await first?.layer.sessionOf(alice.id, grant?.sessionId ?? '');
    expect(record?.generation).toBe(1);
    expect(events.map(({ kind: event }) => event)).toEqual(['session.issued']);
    expect(statements).toBeGreaterThan(1);
    expect(statements).toBeLessThanOrEqual(most);
  });
});
