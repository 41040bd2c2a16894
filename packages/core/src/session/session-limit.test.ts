import * as vitest from 'vitest';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LayerEvent } from '../audit/security-event.ts';
import { StoreUnavailableError } from '../errors.ts';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { createSessionLayer, type SessionLayer } from '../session-layer.ts';
import { sessionLimitContract } from '../testing/contracts/index.ts';
import { type SettableClock, settableClock } from '../testing/index.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { SessionStore } from './session-store.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

let clock: SettableClock;
let events: LayerEvent[];
let store: SessionStore;
beforeEach(() => {
  clock = settableClock();
  events = [];
  store = memorySessionStore();
});

const layerOf = (maxSessionsPerUser: number, kept = store) =>
  createSessionLayer({
    ring,
    store: kept,
    clock,
    users: { findUser: async () => alice },
    options: { maxSessionsPerUser },
    onEvent: (event) => events.push(event),
  });

async function signIns(layer: SessionLayer, count: number, user = alice): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at++) {
    clock.advance(0.001);
    ids.push((await layer.issue(user, client)).sessionId);
  }
  return ids;
}

const live = async (layer: SessionLayer, userId = 'a') =>
  (await layer.sessionsOf(userId, { limit: 1_000 })).sessions.map(({ id }) => id);
const reasonOf = async (id: string) => (await store.find(id))?.revokedReason;

/** A monitoring script that signs in every minute must not fill the list of its user's sessions. */
describe('issue, for a user with maxSessionsPerUser sessions', () => {
  it('keeps all sessions of a user up to maxSessionsPerUser', async () => {
    const layer = layerOf(3);
    const ids = await signIns(layer, 3);
    expect(await live(layer)).toEqual(ids.toReversed());
  });

  it('revokes the oldest session, and no other, at each sign-in beyond maxSessionsPerUser', async () => {
    const layer = layerOf(3);
    const [one = '', two = '', ...rest] = await signIns(layer, 5);
    expect(await live(layer)).toEqual(rest.toReversed());
    for (const id of [one, two]) expect(await reasonOf(id)).toBe('session_limit');
  });

  it('keeps the sessions of other users at a sign-in beyond maxSessionsPerUser', async () => {
    const layer = layerOf(1);
    const [others] = [await signIns(layer, 1, { ...alice, id: 'b' }), await signIns(layer, 2)];
    expect(await live(layer, 'b')).toEqual(others);
  });

  it('finds the oldest session by sign-in, not by rotation', async () => {
    const layer = layerOf(2);
    clock.advance(1);
    const { sessionId: first, refreshToken } = await layer.issue(alice, client);
    const [second = ''] = await signIns(layer, 1);
    clock.advance(600);
    await layer.refresh({ refreshTokens: [refreshToken ?? ''], usernames: ['alice'] }, client);
    const [third] = await signIns(layer, 1);
    expect(await live(layer)).toEqual([third, second]);
    expect(await reasonOf(first)).toBe('session_limit');
  });

  it('does not count revoked and expired sessions toward maxSessionsPerUser', async () => {
    const layer = layerOf(2);
    const [one = '', two = ''] = await signIns(layer, 2);
    await layer.revoke(two, 'signed_out');
    const [three = ''] = await signIns(layer, 1);
    expect(await live(layer)).toEqual([three, one]);
    clock.advance(layer.options.idleSeconds);
    const fresh = await signIns(layer, 2);
    expect(await live(layer)).toEqual(fresh.toReversed());
    expect(await reasonOf(one)).toBeNull();
  });

  it('emits session.revoked of the surplus session after session.issued', async () => {
    const layer = layerOf(1);
    const [one = ''] = await signIns(layer, 1);
    events.length = 0;
    const [two = ''] = await signIns(layer, 1);
    const who = { at: clock.now(), actorId: 'a', userId: 'a', ...client };
    expect(events).toEqual([
      { kind: 'session.issued', ...who, sessionId: two },
      { kind: 'session.revoked', ...who, sessionId: one, reason: 'session_limit' },
    ]);
  });
});

sessionLimitContract('the memory store', vitest, async () => ({
  store: memorySessionStore(),
  close: async () => {},
}));

describe('issue', () => {
  it.each<[string, Partial<SessionStore>]>([
    ['listed', { findByUser: () => Promise.reject(new StoreUnavailableError('out')) }],
    ['ended', { revoke: () => Promise.reject(new StoreUnavailableError('out')) }],
  ])(
    'signs in while sessions cannot be %s, and revokes the surplus at the next sign-in',
    async (_verb, out) => {
      await signIns(layerOf(1), 1);
      const [second = ''] = await signIns(layerOf(1, { ...store, ...out }), 1);
      expect(await reasonOf(second)).toBeNull();
      const layer = layerOf(1);
      const [third] = await signIns(layer, 1);
      expect(await live(layer)).toEqual([third]);
    },
  );

  it.each<[string, Partial<SessionStore>]>([
    ['listed', { findByUser: () => Promise.reject(new TypeError('a bug')) }],
    ['ended', { revoke: () => Promise.reject(new TypeError('a bug')) }],
  ])('rejects a sign-in if sessions cannot be %s because of a bug', async (_verb, out) => {
    await signIns(layerOf(1), 1);
    await expect(layerOf(1, { ...store, ...out }).issue(alice, client)).rejects.toThrow('a bug');
  });

  it('revokes surplus sessions up to the first outage only', async () => {
    await signIns(layerOf(1_000), 4);
    let calls = 0;
    const revoke: SessionStore['revoke'] = (...parameters) =>
      ++calls > 2 ? Promise.reject(new StoreUnavailableError('out')) : store.revoke(...parameters);
    await signIns(layerOf(1, { ...store, revoke }), 1);
    expect([(await live(layerOf(1))).length, calls]).toEqual([3, 3]);
  });

  it('reads one page of sessions at a sign-in below the limit, and writes nothing else', async () => {
    const calls: unknown[] = [];
    const verbs = Object.entries(store) as [string, (...parameters: unknown[]) => unknown][];
    const note =
      (verb: string, call: (...parameters: unknown[]) => unknown) =>
      (...parameters: unknown[]) => {
        calls.push([verb, parameters[2]]);
        return call(...parameters);
      };
    const noted = verbs.map(([verb, call]) => [verb, note(verb, call)]);
    await layerOf(100, Object.fromEntries(noted) as SessionStore).issue(alice, client);
    expect(calls).toEqual([
      ['create', undefined],
      ['findByUser', { limit: 200 }],
    ]);
  });
});
