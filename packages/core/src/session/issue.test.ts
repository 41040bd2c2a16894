import { beforeEach, describe, expect, it } from 'vitest';
import type { LayerEvent } from '../audit/security-event.ts';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { hashSecret } from '../lib/crypto.ts';
import { createSessionLayer, type SessionLayer } from '../session-layer.ts';
import { settableClock } from '../testing/index.ts';
import { parseRefreshToken, shardOfSession, shardOfUser } from '../token/refresh-token.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { SessionStore } from './session-store.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 3, disabled: false };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

let clock: ReturnType<typeof settableClock>;
let store: SessionStore;
let events: LayerEvent[];
let layer: SessionLayer;
beforeEach(() => {
  clock = settableClock();
  store = memorySessionStore();
  events = [];
  layer = layerOf({});
});
const layerOf = (options: { idleSeconds?: number; maxSeconds?: number }) =>
  createSessionLayer({
    ring,
    store,
    clock,
    users: { findUser: async () => alice },
    options,
    onEvent: (event) => events.push(event),
  });

describe('issue: the new session', () => {
  it('issue stores user, client, secret hash and both expiries of the session', async () => {
    layer = layerOf({ idleSeconds: 1000, maxSeconds: 2000 });
    const { sessionId, refreshToken } = await layer.issue(alice, client);
    const now = clock.now();
    const token = parseRefreshToken(ring, refreshToken ?? '', ['alice']);
    expect(token).toMatchObject({ sessionId, generation: 0 });
    expect(await store.find(sessionId)).toEqual({
      id: sessionId,
      userId: 'a',
      username: 'alice',
      generation: 0,
      secretHash: hashSecret(token?.secret ?? Buffer.alloc(0)),
      previousSecretHash: null,
      sealedSuccessor: null,
      deliveredAt: now,
      acknowledgedAt: null,
      tokenVersion: 3,
      createdAt: now,
      authenticatedAt: now,
      lastSeenAt: now,
      idleExpiresAt: now + 1_000_000,
      absoluteExpiresAt: now + 2_000_000,
      revokedAt: null,
      revokedReason: null,
      ...client,
    });
  });

  it('gives each session a new id in the shard of its user', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await layer.issue(alice, client)).sessionId),
    );
    expect(new Set(ids).size).toBe(20);
    expect(new Set(ids.map(shardOfSession))).toEqual(new Set([shardOfUser('a')]));
  });

  it('emits session.issued with user and client', async () => {
    const { sessionId } = await layer.issue(alice, client);
    expect(events).toEqual([
      { kind: 'session.issued', at: clock.now(), actorId: 'a', userId: 'a', sessionId, ...client },
    ]);
  });

  it('rounds both expiries of a session to milliseconds', async () => {
    const { sessionId } = await layerOf({ idleSeconds: 1000.0004, maxSeconds: 2000.0006 }).issue(
      alice,
      client,
    );
    expect(await store.find(sessionId)).toMatchObject({
      idleExpiresAt: clock.now() + 1_000_000,
      absoluteExpiresAt: clock.now() + 2_000_001,
    });
  });
});

describe('issue', () => {
  const refusals = async (fields: Partial<typeof alice>) => {
    const refused = await layer.issue({ ...alice, ...fields }, client).then(
      () => null,
      (error: Error) => error.message,
    );
    return { refused, events: events.length };
  };

  it('issue rejects a disabled user', async () => {
    expect(await refusals({ disabled: true })).toEqual({
      refused: 'user a is disabled and cannot be given a session',
      events: 0,
    });
  });

  it.each([
    ['id', 64, 'bytes'],
    ['username', 256, 'characters'],
    ['role', 256, 'characters'],
  ] as const)(
    'issue rejects a user whose %s is empty or longer than %i %s',
    async (field, max, unit) => {
      const refusal = (length: number) =>
        `a user's ${field} must have 1 to ${max} ${unit}, not ${length}`;
      expect(await refusals({ [field]: '' })).toEqual({ refused: refusal(0), events: 0 });
      expect(await refusals({ [field]: 'x'.repeat(max + 1) })).toEqual({
        refused: refusal(max + 1),
        events: 0,
      });
      for (const length of [1, max]) {
        const user = { ...alice, [field]: 'x'.repeat(length) };
        const { accessToken } = await layer.issue(user, client);
        expect(layer.authenticate([accessToken], clock.now()).kind).toBe('authenticated');
      }
    },
  );

  it('issue rejects a user id that is a number, and says how to convert it', async () => {
    expect(await refusals({ id: 7 as never })).toEqual({
      refused: "a user's id must be a text, not number: convert it, as by String(row.id)",
      events: 0,
    });
  });

  it('issue rejects a user id of few characters but too many bytes', async () => {
    expect(await refusals({ id: 'ü'.repeat(33) })).toEqual({
      refused: "a user's id must have 1 to 64 bytes, not 66",
      events: 0,
    });
  });
});
