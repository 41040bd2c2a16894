import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSessionLayer, deriveKeyRing, type Grant, type SessionStore, systemClock } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing';
import { openDatabase, sqlSessionStore } from '@latchkey/sql';
import { type Comparison, type Contestant, compare, type Round } from './measure.ts';

const SESSIONS = 2_000;
const CHUNK = 100;
const client = { userAgent: 'bench', ipAddress: '127.0.0.1' };
const text = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64url');
const user = { id: 'u', username: 'u', role: 'User', tokenVersion: 0, disabled: false };

/**
 * Refreshes on SQLite against nothing but the raw conditional UPDATE on the same driver, with the same settings and as many rows: once the
 * store's part alone (the same rotation through the port and Kysely), once the whole of it (parse and verify the token, make and seal the
 * successor, write, sign the access token).
 */
export async function benchRefresh(rounds: number, seconds: number): Promise<{ store: Comparison; whole: Comparison }> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const database = await openDatabase(`file:${join(folder, 'refresh.db')}`);
  /** A file of its own, made by the same migrations: two connections on one file would slow each other's checkpoints. */
  await (await openDatabase(`file:${join(folder, 'raw.db')}`)).close();
  const raw = new DatabaseSync(join(folder, 'raw.db'));
  raw.exec('pragma synchronous = normal');
  try {
    const reference = rawUpdates(raw);
    return {
      store: await compare(await storeRotations(sqlSessionStore(database)), reference, rounds, seconds),
      whole: await compare(await wholeRefreshes(sqlSessionStore(database)), reference, rounds, seconds),
    };
  } finally {
    raw.close();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function storeRotations(store: SessionStore): Promise<Contestant> {
  const [hash, sealed] = [text(32), text(124)];
  const sessions = Array.from({ length: SESSIONS }, () => sessionRecord({ secretHash: hash, idleExpiresAt: 9e15, absoluteExpiresAt: 9e15 }));
  for (const session of sessions) await store.create(session);
  const generations = sessions.map(() => 0);
  return {
    name: 'rotation through the SQL store',
    round: (time) =>
      repeat(time, async (turn) => {
        const index = turn % SESSIONS;
        const generation = generations[index] ?? 0;
        const now = Date.now();
        const next = { generation: generation + 1, secretHash: hash, previousSecretHash: hash, sealedSuccessor: sealed, idleExpiresAt: 9e15, ...client };
        const { won } = await store.rotate(
          { sessionId: sessions[index]?.id ?? '', username: 'alice', generation, secretHash: hash, now, handedOutBy: now },
          next,
        );
        if (!won) throw new Error('the rotation did not match');
        generations[index] = generation + 1;
      }),
  };
}

async function wholeRefreshes(store: SessionStore): Promise<Contestant> {
  const layer = createSessionLayer({
    /** Grace 0 lets every presentation rotate, so that each call is a whole refresh. */
    options: { graceSeconds: 0 },
    ring: deriveKeyRing([Buffer.alloc(32, 1).toString('base64url')], 'HS256'),
    store,
    users: { resolveUser: async () => user },
    clock: systemClock,
  });
  const grants: Grant[] = [];
  for (let n = 0; n < SESSIONS; n++) grants.push(await layer.issue(user, client));
  return {
    name: 'whole refresh on SQLite',
    round: (time) =>
      repeat(time, async (turn) => {
        const index = turn % SESSIONS;
        const outcome = await layer.refresh({ refreshTokens: [grants[index]?.refreshToken ?? ''], usernames: ['u'] }, client);
        if (outcome.kind !== 'refreshed' || outcome.decision !== 'rotate') throw new Error(`a refresh came out as ${JSON.stringify(outcome)}`);
        grants[index] = outcome.grant;
      }),
  };
}

/** The same statement on the same number of rows, written by hand, its values ready-made: what the driver can do at most. */
function rawUpdates(raw: DatabaseSync): Contestant {
  const insert = raw.prepare("insert into sessions values (?, 'u', 'alice', 0, ?, null, null, 0, null, 0, 0, 0, 9e15, 9e15, null, null, 'bench', '127.0.0.1')");
  const ids = Array.from({ length: SESSIONS }, () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url'));
  for (const id of ids) insert.run(id, text(32));
  const update = raw.prepare(
    `update sessions set generation = ?, secret_hash = ?, previous_secret_hash = ?, sealed_successor = ?, handed_out_at = ?, last_seen_at = ?, acknowledged_at = null, idle_expires_at = ?, user_agent = ?, ip_address = ?
     where id = ? and username = ? and generation = ? and secret_hash = ? and revoked_at is null and idle_expires_at > ? and absolute_expires_at > ? and (generation = 0 or handed_out_at <= ?) returning *`,
  );
  const [hash, sealed] = [text(32), text(124)];
  const generations = new Map(ids.map((id) => [id, 0]));
  return {
    name: 'the raw conditional UPDATE',
    round: (time) =>
      repeat(time, async (turn) => {
        const id = ids[turn % SESSIONS] ?? '';
        const generation = generations.get(id) ?? 0;
        const now = Date.now();
        const row = update.get(generation + 1, hash, hash, sealed, now, now, 9e15, 'bench', '127.0.0.1', id, 'alice', generation, hash, now, now, now);
        if (!row) throw new Error('the raw update did not match');
        generations.set(id, generation + 1);
      }),
  };
}

async function repeat(seconds: number, operation: (turn: number) => Promise<void>): Promise<Round> {
  const began = performance.now();
  const until = began + seconds * 1000;
  let turn = 0;
  while (performance.now() < until) for (let n = 0; n < CHUNK; n++) await operation(turn++);
  return { perSecond: (turn / (performance.now() - began)) * 1000, latencies: [] };
}
