import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  createSessionLayer,
  deriveKeyRing,
  type Grant,
  memoryRevocationFeed,
  memorySessionStore,
  type RevocationFeed,
  type SessionLayer,
  type SessionStore,
  systemClock,
} from '@latchkey/core';
import { testDatabase } from '@latchkey/test-services';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sqlAuditLog } from '../audit/audit-log.ts';
import { openDatabase } from '../database.ts';
import { sqlSessionStore } from '../sessions/session-store.ts';
import { sqlRevocationFeed } from './revocation-feed.ts';

const ROUNDS = 340;
const AT_ONCE = 10;

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const users = { findUser: async () => alice };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function nodeIn(url: string): Promise<SessionLayer> {
  const database = await openDatabase(url);
  ends.push(database.close);
  return nodeOn(
    sqlSessionStore(database),
    sqlRevocationFeed(database, systemClock),
    sqlAuditLog(database),
  );
}

async function nodeOn(
  store: SessionStore,
  feed: RevocationFeed,
  auditLog?: ReturnType<typeof sqlAuditLog>,
): Promise<SessionLayer> {
  const layer = createSessionLayer({
    ring,
    store,
    users,
    feed,
    clock: systemClock,
    ...(auditLog && { auditLog }),
  });
  ends.push(layer.close);
  await layer.start();
  return layer;
}

const twoNodes: Record<string, () => Promise<readonly [SessionLayer, SessionLayer]>> = {
  async memory() {
    const [store, feed] = [memorySessionStore(), memoryRevocationFeed(systemClock)];
    return [await nodeOn(store, feed), await nodeOn(store, feed)];
  },
  async SQLite() {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-race-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const url = `file:${join(folder, 'a.db')}`;
    return [await nodeIn(url), await nodeIn(url)];
  },
  async PostgreSQL() {
    const server = await testDatabase();
    ends.push(server.drop);
    return [await nodeIn(server.url), await nodeIn(server.url)];
  },
};

describe.each(Object.keys(twoNodes))('on %s', (name) => {
  it(`a sign-out that races a refresh leaves no valid token, ${ROUNDS} times`, async () => {
    const nodes = (await twoNodes[name]?.()) ?? expect.fail();
    const [here, there] = nodes;
    const refresh = (layer: SessionLayer, { refreshToken }: Grant) =>
      layer
        .refresh({ refreshTokens: [refreshToken ?? ''], usernames: ['alice'] }, client)
        .then((result) => (result.kind === 'refreshed' ? result.grant : null));
    const given: Grant[] = [];
    const won = { refresh: 0, signOut: 0 };

    async function race(round: number): Promise<void> {
      const grant = await here.issue(alice, client);
      /**
       * How many milliseconds one of the two starts earlier: in every mixture, up to the time that
       * either of them takes.
       */
      const head = (round % 20) * 2;
      const refreshFirst = round % 2 === 0;
      const signOut = async () => {
        if (refreshFirst) await setTimeout(head);
        await here.revokePresentedSessions(
          { refreshTokens: [grant.refreshToken ?? ''], usernames: ['alice'] },
          'signed_out',
          client,
        );
      };
      const racing = async () => {
        if (!refreshFirst) await setTimeout(head);
        return refresh(round % 3 === 0 ? here : there, grant);
      };
      const [fresh] = await Promise.all([racing(), signOut()]);
      won[fresh ? 'refresh' : 'signOut'] += 1;
      given.push(grant, ...(fresh ? [fresh] : []));
    }

    for (let round = 0; round < ROUNDS; round += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => race(round + n)));
    expect(Math.min(won.refresh, won.signOut)).toBeGreaterThan(10);
    const open = (layer: SessionLayer) =>
      given.filter(
        ({ accessToken }) =>
          layer.authenticate([accessToken], systemClock.now()).kind === 'authenticated',
      );
    expect(open(here)).toEqual([]);
    await vi.waitFor(() => expect(open(there)).toEqual([]), { timeout: 5_000 });
    for (const grant of given)
      for (const layer of nodes) expect(await refresh(layer, grant)).toBeNull();
  });
});
