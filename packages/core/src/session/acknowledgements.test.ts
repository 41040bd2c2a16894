import { beforeEach, describe, expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { createSessionLayer, type SessionLayer } from '../session-layer.ts';
import { settableClock } from '../testing/index.ts';
import { acknowledgementQueue } from './acknowledgements.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { SessionStore } from './session-store.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const ring = deriveKeyRing(
  [Buffer.from('the secret of these tests, number 1').toString('base64url')],
  'HS256',
);

let clock: ReturnType<typeof settableClock>;
let store: SessionStore;
let layer: SessionLayer;
beforeEach(() => {
  clock = settableClock();
  store = memorySessionStore();
  layer = createSessionLayer({ ring, store, clock, users: { findUser: async () => alice } });
});

const refresh = (token: string | null) =>
  layer.refresh({ refreshTokens: [token ?? ''], usernames: ['alice'] }, client);
/** What a test changes about the store's verbs, counting calls. */
function intercept<Verb extends keyof SessionStore>(
  verb: Verb,
  change: (real: SessionStore[Verb]) => SessionStore[Verb],
): void {
  store[verb] = change(store[verb].bind(store) as SessionStore[Verb]);
}

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

  it('is written by itself, soon', async () => {
    const { accessToken, sessionId } = await layer.issue(alice, client);
    layer.authenticate([accessToken], clock.now());
    const presentedAt = clock.now();
    await clock.pass(0.2);
    expect((await store.find(sessionId))?.acknowledgedAt).toBe(presentedAt);
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

describe('the queue of acknowledgements', () => {
  it('drops the oldest beyond its capacity while the store is out', async () => {
    const written: string[] = [];
    let out = true;
    const acknowledge: SessionStore['acknowledge'] = async (batch) => {
      if (out) throw new Error('out');
      written.push(...batch.map(({ sessionId }) => sessionId));
    };
    const queue = acknowledgementQueue({ acknowledge }, () => {}, {
      intervalSeconds: 60,
      capacity: 2,
    });
    for (const sessionId of ['a', 'b', 'c']) queue.push({ sessionId, generation: 0, at: 0 });
    await queue.flush();
    out = false;
    await queue.close();
    expect(written).toEqual(['b', 'c']);
  });
});

describe('proofs of receipt that wait', () => {
  const proof = (generation: number, at: number) => ({ sessionId: 's', generation, at });

  it.each([
    ['the newer generation counts', [proof(1, 10), proof(2, 20)], proof(2, 20)],
    ['an older one that comes later does not', [proof(2, 10), proof(1, 20)], proof(2, 10)],
    ['of one generation, the first counts', [proof(1, 10), proof(1, 20)], proof(1, 10)],
  ])('%s', async (_title, proofs, written) => {
    const batches: unknown[] = [];
    const queue = acknowledgementQueue(
      { acknowledge: async (batch) => void batches.push(batch) },
      () => {},
    );
    for (const one of proofs) queue.push(one);
    await queue.close();
    expect(batches).toEqual([[written]]);
  });

  it('are told of while the store is out', async () => {
    const error = new Error('out');
    const told: unknown[] = [];
    let out = true;
    const acknowledge = async () => {
      if (out) throw error;
    };
    const queue = acknowledgementQueue({ acknowledge }, (event) => told.push(event));
    queue.push(proof(1, 10));
    await queue.flush();
    expect(told).toEqual([{ kind: 'acknowledgements.delayed', pending: 1, error }]);
    out = false;
    await queue.close();
  });
});
