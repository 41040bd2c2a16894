import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreUnavailableError } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { type TcpProxy, tcpProxy } from '@latchkey/test-support';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from './database.ts';
import { sqlSessionStore } from './sessions/session-store.ts';

let postgres: TestDatabase;
let folder: string;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-outage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('PostgreSQL behind a bad network', () => {
  let proxy: TcpProxy;
  let database: SqlDatabase;
  beforeEach(async () => {
    proxy = await tcpProxy(postgres.port);
    database = await openDatabase(postgres.urlAt(proxy.port), { poolSize: 2 });
  });
  afterEach(async () => {
    proxy.heal();
    await database.close();
    await proxy.close();
  });

  const outcomes = (results: readonly PromiseSettledResult<unknown>[]) => ({
    served: results.filter(({ status }) => status === 'fulfilled').length,
    unavailable: results.filter(
      (result) => result.status === 'rejected' && result.reason instanceof StoreUnavailableError,
    ).length,
  });

  it('answers or rejects each query at a network delay of two seconds, and recovers', async () => {
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    await store.create(session);
    proxy.delay(1);
    const { served, unavailable } = outcomes(
      await Promise.allSettled(Array.from({ length: 20 }, () => store.find(session.id))),
    );
    expect(served + unavailable).toBe(20);
    expect(unavailable).toBeGreaterThan(0);
    proxy.heal();
    expect(await store.find(session.id)).toEqual(session);
  });

  it("leaves no partial change if PostgreSQL's replies are lost after the commit", async () => {
    const store = sqlSessionStore(database);
    proxy.loseReplies(0.3);
    const sessions = Array.from({ length: 60 }, () => sessionRecord());
    const results = await Promise.allSettled(sessions.map((session) => store.create(session)));
    const { served, unavailable } = outcomes(results);
    expect(served + unavailable).toBe(60);
    expect(proxy.lost).toBeGreaterThan(0);
    proxy.heal();
    for (const [index, session] of sessions.entries()) {
      const found = await store.find(session.id);
      if (results[index]?.status === 'fulfilled') expect(found).toEqual(session);
      else expect([null, session]).toContainEqual(found);
    }
  });

  it('throws StoreUnavailableError while every connection to PostgreSQL breaks', async () => {
    const store = sqlSessionStore(database);
    proxy.cut();
    await expect(store.find('x')).rejects.toThrow(StoreUnavailableError);
    await expect(database.transaction(() => store.find('x'))).rejects.toThrow(
      StoreUnavailableError,
    );
    proxy.heal();
    expect(await store.find('x')).toBeNull();
  });
});

describe('a disk that is full', () => {
  it('SQLite on a full disk throws StoreUnavailableError, loses nothing, and recovers', async () => {
    const disk = await smallDisk();
    const database = await openDatabase(`file:${join(folder, 'disk', 'a.db')}`);
    try {
      await disk.limit(database);
      const store = sqlSessionStore(database);
      const kept: string[] = [];
      let error: unknown;
      while (error === undefined) {
        const session = sessionRecord({ userAgent: 'x'.repeat(500) });
        error = await store.create(session).catch((thrown: unknown) => thrown);
        if (error === undefined) kept.push(session.id);
      }
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(kept.length).toBeGreaterThan(50);
      for (const id of kept) expect((await store.find(id))?.id).toBe(id);
      await disk.relieve(database);
      const after = sessionRecord();
      await store.create(after);
      expect(await store.find(after.id)).toEqual(after);
    } finally {
      await database.close();
      disk.remove();
    }
  });

  /**
   * Mounts a disk of 2 MB, which needs root; otherwise SQLite limits the file's size, which gives
   * the same error.
   */
  async function smallDisk() {
    const at = join(folder, 'disk');
    mkdirSync(at);
    const command = (name: string, ...words: string[]) =>
      void execFileSync(name, words, { stdio: 'pipe' });
    const pages = (count: number) => async (database: SqlDatabase) =>
      void (await sql.raw(`pragma max_page_count = ${count}`).execute(database.db));
    try {
      command('mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', at);
    } catch {
      console.warn(
        'No disk can be mounted here: the full disk is simulated by a limit on the file.',
      );
      return { limit: pages(300), relieve: pages(100_000), remove: () => {} };
    }
    return {
      limit: async () => {},
      relieve: async () => command('mount', '-o', 'remount,size=64m', at),
      remove: () => command('umount', '-l', at),
    };
  }
});

describe('a migration that is killed', () => {
  const killed = (url: string) => {
    const script = fileURLToPath(
      new URL('./migrations/testing/killed-migration.ts', import.meta.url),
    );
    const child = spawn(process.execPath, ['--conditions=@latchkey/source', script, url], {
      stdio: 'inherit',
    });
    return once(child, 'exit');
  };

  it.each(['SQLite', 'PostgreSQL'])(
    'rolls a killed migration back as a whole on %s, and runs it again at the next start',
    async (name) => {
      const empty =
        name === 'SQLite'
          ? { url: `file:${join(folder, 'killed.db')}`, drop: async () => {} }
          : await testDatabase();
      expect(await killed(empty.url)).toEqual([null, 'SIGKILL']);
      const database = await openDatabase(empty.url);
      expect(database.migrated).toEqual(['latchkey_migrations/001-initial']);
      await sqlSessionStore(database).create(sessionRecord());
      await database.close();
      await empty.drop();
    },
  );
});
