import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSessionLayer,
  deriveKeyRing,
  type Grant,
  memorySessionStore,
  type SessionLayer,
  type SessionStore,
} from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { openRedis, redisSessionStore } from '@latchkey/redis';
import { testDatabase, testRedis } from '@latchkey/test-services';
import { seededRandom } from '@latchkey/test-support';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { sqlSessionStore } from './session-store.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);
const ACCESS_SECONDS = 600;
const STEPS = 40;

type Opened = readonly [first: SessionStore, second: SessionStore, close: () => Promise<unknown>];

async function inSql(url: string, drop: () => unknown): Promise<Opened> {
  const databases = [await openDatabase(url), await openDatabase(url)] as const;
  const close = async () => {
    for (const database of databases) await database.close();
    await drop();
  };
  return [sqlSessionStore(databases[0]), sqlSessionStore(databases[1]), close];
}

/** Opens the stores of two nodes, and returns what closes them. */
const stores: Readonly<Record<string, () => Promise<Opened>>> = {
  async memory() {
    const store = memorySessionStore();
    return [store, store, async () => {}];
  },
  SQLite() {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-renames-'));
    return inSql(`file:${join(folder, 'a.db')}`, () => rmSync(folder, { recursive: true }));
  },
  async PostgreSQL() {
    const { url, drop } = await testDatabase();
    return inSql(url, drop);
  },
  async Redis() {
    const { url, drop } = await testRedis();
    const [first, second] = [await openRedis(url), await openRedis(url)];
    const close = () => Promise.all([first.close(), second.close()]).then(drop);
    return [redisSessionStore(first), redisSessionStore(second), close];
  },
};

const changes: readonly (readonly [what: string, names: readonly string[]])[] = [
  ['a rename', ['alice', 'alicia', 'alison', 'alice']],
  ['a changed e-mail address', ['ada@old.example', 'ada@new.example', 'ada@old.example']],
  ['a corrected capital letter', ['Bob', 'bob', 'BOB', 'Bob']],
];

describe.each(Object.keys(stores))('on %s', (name) => {
  it.each(changes)(
    '%s signs no one out, over two nodes and with lost responses (S4)',
    async (_what, names) => {
      const [first, second, close] = (await stores[name]?.()) ?? expect.fail();
      const clock = settableClock();
      const random = seededRandom(names.length);
      let user = {
        id: `user of ${names[0]}`,
        username: names[0] ?? '',
        role: 'User',
        tokenVersion: 0,
        disabled: false,
      };
      const events: string[] = [];
      const layerOn = (store: SessionStore): SessionLayer =>
        createSessionLayer({
          ring,
          store,
          clock,
          users: { findUser: async (id) => (id === user.id ? user : null) },
          options: { accessTokenSeconds: ACCESS_SECONDS },
          onEvent: ({ kind }) => events.push(kind),
        });
      const nodes = [layerOn(first), layerOn(second)] as const;
      const anyNode = () => nodes[random() < 0.5 ? 0 : 1];

      let held: Grant = await nodes[0].issue(user, client);
      const used: string[] = [];
      for (let step = 0; step < STEPS; step++) {
        const renamed = random() < 0.3;
        if (renamed) user = { ...user, username: names[step % names.length] ?? '' };
        clock.advance(random() < 0.5 ? random() * 2 : ACCESS_SECONDS * (0.5 + random()));
        const outcome = await anyNode().refresh(
          { refreshTokens: [held.refreshToken ?? ''], usernames: [held.username] },
          client,
        );
        if (outcome.kind === 'refused') return expect.fail(`step ${step}: ${outcome.reason}`);
        used.push(outcome.decision);
        const { grant } = outcome;
        expect(grant.principal).toMatchObject({ userId: user.id, username: user.username });
        const isLost = random() < 0.4;
        if (isLost) continue;
        /** A response without a refresh token leaves the cookies of before. */
        if (grant.refreshToken !== null) held = grant;
        const seen = anyNode().authenticate([grant.accessToken], clock.now());
        expect(seen.kind).toBe('authenticated');
        if (random() < 0.5) for (const node of nodes) await node.flush();
      }
      expect(new Set(used)).toEqual(new Set(['rotate', 'reissue', 'converge']));
      expect(events.filter((kind) => !/issued|shared/.test(kind))).toEqual([]);
      for (const node of nodes) await node.close();
      await close();
    },
  );
});
