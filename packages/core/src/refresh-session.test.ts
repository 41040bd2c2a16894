import { beforeEach, describe, expect, it } from 'vitest';
import { createSessionLayer, type SessionLayer } from './authenticate.ts';
import { deriveKeyRing } from './key-ring.ts';
import { memoryStore } from './memory-store.ts';
import { StoreUnavailableError } from './outcome.ts';
import type { SecurityEvent } from './security-event.ts';
import type { SessionStore } from './session-store.ts';
import { settableClock } from './testing/index.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const ring = deriveKeyRing([Buffer.alloc(32, 1).toString('base64url')], 'HS256');

let clock: ReturnType<typeof settableClock>;
let store: SessionStore;
let events: SecurityEvent[];
let layer: SessionLayer;
beforeEach(() => {
  clock = settableClock();
  store = memoryStore();
  events = [];
  layer = createSessionLayer({ ring, store, clock, users: { resolveUser: async () => alice }, onEvent: (event) => events.push(event) });
});

const refresh = (token: string | null) => layer.refresh({ refreshTokens: [token ?? ''], usernames: ['alice'] }, client);
const tokenOf = (outcome: Awaited<ReturnType<typeof refresh>>) => (outcome.kind === 'refreshed' ? outcome.grant.refreshToken : outcome.reason);
/** What a test changes about the store's verbs, counting calls. */
function intercept<Verb extends keyof SessionStore>(verb: Verb, change: (real: SessionStore[Verb]) => SessionStore[Verb]): void {
  store[verb] = change(store[verb].bind(store) as SessionStore[Verb]);
}

describe('callers that race', () => {
  it('64 with one token: one rotates, the others converge on its successor', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => refresh(refreshToken)));
    expect(outcomes.filter((outcome) => outcome.kind === 'refreshed' && outcome.decision === 'rotate')).toHaveLength(1);
    expect(new Set(outcomes.map(tokenOf)).size).toBe(1);
  });

  it('64 with a used-up token: all refused, one event', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    const second = tokenOf(await refresh(refreshToken));
    clock.advance(600);
    await refresh(second);
    clock.advance(600);
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => refresh(refreshToken)));
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['refused']));
    expect(events.filter((event) => event.kind === 'session.reuse')).toHaveLength(1);
  });

  it('a hand-out that comes too late because the session moved on is decided again', async () => {
    const { refreshToken } = await layer.issue(alice, client);
    const second = tokenOf(await refresh(refreshToken));
    clock.advance(120);
    intercept('recordHandOut', (real) => async (...parameters) => {
      await refresh(second);
      return real(...parameters);
    });
    expect(await refresh(refreshToken)).toMatchObject({ kind: 'refused', reason: 'refresh_token_reused' });
  });

  it('whoever loses three rounds in a row is told to come back, and nothing has changed', async () => {
    const { refreshToken, sessionId } = await layer.issue(alice, client);
    const before = await store.find(sessionId);
    let rounds = 0;
    intercept('rotate', () => async () => {
      rounds += 1;
      return { won: false, session: before };
    });
    await expect(refresh(refreshToken)).rejects.toThrow(StoreUnavailableError);
    expect(rounds).toBe(4);
    expect(await store.find(sessionId)).toEqual(before);
  });
});

describe('an acknowledgement', () => {
  it('is written once for a token, however often it is presented', async () => {
    const { accessToken, sessionId } = await layer.issue(alice, client);
    let batches = 0;
    intercept('acknowledge', (real) => async (batch) => {
      batches += 1;
      return real(batch);
    });
    for (let request = 0; request < 5; request++) {
      layer.authenticate([accessToken], clock.now());
      await layer.flush();
      clock.advance(1);
    }
    expect(batches).toBe(1);
    expect((await store.find(sessionId))?.acknowledgedAt).toBe(clock.now() - 5_000);
  });

  it('waits for company: one write for many', async () => {
    const grants = await Promise.all(Array.from({ length: 50 }, () => layer.issue(alice, client)));
    const batches: number[] = [];
    intercept('acknowledge', (real) => async (batch) => {
      batches.push(batch.length);
      return real(batch);
    });
    for (const { accessToken } of grants) layer.authenticate([accessToken], clock.now());
    await layer.close();
    expect(batches).toEqual([50]);
  });

  it('of an older generation never takes the place of a newer one', async () => {
    const first = await layer.issue(alice, client);
    const second = await refresh(first.refreshToken);
    if (second.kind !== 'refreshed') throw new Error('refused');
    layer.authenticate([second.grant.accessToken], clock.now());
    layer.authenticate([first.accessToken], clock.now());
    await layer.flush();
    expect((await store.find(first.sessionId))?.acknowledgedAt).toBe(clock.now());
  });
});

describe('the memory of verified tokens', () => {
  it('is bounded, and forgetting costs nothing but a signature check', async () => {
    const grants = await Promise.all(Array.from({ length: 10_050 }, () => layer.issue(alice, client)));
    for (const { accessToken } of grants) expect(layer.authenticate([accessToken], clock.now()).kind).toBe('authenticated');
    expect(layer.authenticate([grants[0]?.accessToken ?? ''], clock.now()).kind).toBe('authenticated');
    expect(layer.authenticate([grants[0]?.accessToken ?? ''], clock.now() + 600_000)).toEqual({ kind: 'anonymous', reason: 'access_token_expired' });
  });
});

describe('a sealed successor that does not open', () => {
  it('is a fault of the store, not of the browser: come back later, nothing revoked', async () => {
    const { refreshToken, sessionId } = await layer.issue(alice, client);
    await refresh(refreshToken);
    intercept('rotate', (real) => async (match, next) => {
      const result = await real(match, next);
      return result.won || !result.session ? result : { won: false, session: { ...result.session, sealedSuccessor: 'damaged' } };
    });
    await expect(refresh(refreshToken)).rejects.toThrow(/cannot be opened/);
    expect((await store.find(sessionId))?.revokedAt).toBeNull();
  });
});
