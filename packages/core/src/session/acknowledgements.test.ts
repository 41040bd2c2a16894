import { beforeEach, describe, expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { createSessionLayer, type SessionLayer } from '../session-layer.ts';
import { settableClock } from '../testing/index.ts';
import { acknowledgementQueue } from './acknowledgements.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { SessionStore } from './session-store.ts';

const client = { userAgent: 'test', ipAddress: '127.0.0.1' };
const alice = { id: 'a', username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

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
/** Replaces a method of the store by a changed one. */
function intercept<Verb extends keyof SessionStore>(
  verb: Verb,
  change: (real: SessionStore[Verb]) => SessionStore[Verb],
): void {
  store[verb] = change(store[verb].bind(store) as SessionStore[Verb]);
}

describe('acknowledgements of a session layer', () => {
  it('writes one acknowledgement for a token that is presented several times', async () => {
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

  it('writes acknowledgements after the interval, without a flush', async () => {
    const { accessToken, sessionId } = await layer.issue(alice, client);
    layer.authenticate([accessToken], clock.now());
    const presentedAt = clock.now();
    await clock.pass(0.2);
    expect((await store.find(sessionId))?.acknowledgedAt).toBe(presentedAt);
  });

  it('writes the acknowledgements of many sessions in one batch', async () => {
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

  it('never replaces the acknowledgement of a newer generation by an older one', async () => {
    const first = await layer.issue(alice, client);
    const second = await refresh(first.refreshToken);
    if (second.kind !== 'refreshed') throw new Error('refused');
    layer.authenticate([second.grant.accessToken], clock.now());
    layer.authenticate([first.accessToken], clock.now());
    await layer.flush();
    expect((await store.find(first.sessionId))?.acknowledgedAt).toBe(clock.now());
  });
});

describe('acknowledgementQueue at its capacity', () => {
  it('drops the oldest acknowledgements while the store is unavailable', async () => {
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

describe('acknowledgementQueue', () => {
  const proof = (generation: number, at: number) => ({ sessionId: 's', generation, at });

  it.each([
    [
      'keeps the acknowledgement of the newer generation',
      [proof(1, 10), proof(2, 20)],
      proof(2, 20),
    ],
    [
      'drops the acknowledgement of an older generation that arrives later',
      [proof(2, 10), proof(1, 20)],
      proof(2, 10),
    ],
    ['keeps the first acknowledgement of a generation', [proof(1, 10), proof(1, 20)], proof(1, 10)],
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

  it('emits acknowledgements.delayed while the store is unavailable', async () => {
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
