import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySessionStore } from '../../session/memory-session-store.ts';
import type { SessionStore } from '../../session/session-store.ts';
import { sessionHistories } from './session-history.ts';
import { storeComparison } from './session-store-model.ts';

const histories = sessionHistories(fc, true);
const ALWAYS = Number.MAX_SAFE_INTEGER;
/** Returns the faulty methods of a store that is otherwise correct. */
type Fault = (sound: SessionStore) => Partial<SessionStore>;

function faultyStore(fault: Fault) {
  const sound = memorySessionStore();
  return { ...sound, ...fault(sound) };
}

describe('sessionStoreModel', () => {
  it('plays histories that reach every decision, event and refusal', async () => {
    const seen = new Set<string>();
    const store = memorySessionStore();
    const compare = storeComparison({ store, reopen: async () => store }, true, (saw) => {
      for (const [, word = ''] of JSON.stringify(saw).matchAll(
        /"(?:decision|kind|reason)":"([^"]+)"/g,
      ))
        seen.add(word);
    });
    for (const history of fc.sample(histories, { numRuns: 100, seed: 1 })) await compare(history);
    const decisions = ['rotate', 'reissue', 'converge', 'recover', 'refresh_token_reused'];
    const events = [
      'session.issued',
      'session.reauthenticated',
      'session.revoked',
      'session.reuse',
      'session.shared',
      'session.recovered',
    ];
    const refusals = [
      'session_unknown',
      'session_expired',
      'session_revoked',
      'refresh_token_invalid',
      'access_token_expired',
    ];
    expect([...seen]).toEqual(
      expect.arrayContaining([...decisions, ...events, ...refusals, 'authenticated']),
    );
  });

  it.each<[string, Fault]>([
    [
      'rotates a token that was just delivered',
      (sound) => ({
        rotate: (match, next) => sound.rotate({ ...match, deliveredBy: ALWAYS }, next),
      }),
    ],
    [
      'rotates 1 ms too late',
      (sound) => ({
        rotate: (match, next) => sound.rotate({ ...match, now: match.now - 1 }, next),
      }),
    ],
    ['records no delivery', () => ({ recordDelivery: async () => true })],
    [
      'records deliveries of the previous generation',
      (sound) => ({
        recordDelivery: (id, generation, at) => sound.recordDelivery(id, generation + 1, at),
      }),
    ],
    [
      'acknowledges only the first of a batch',
      (sound) => ({ acknowledge: (batch) => sound.acknowledge(batch.slice(0, 1)) }),
    ],
    [
      'acknowledges with the time of writing',
      (sound) => ({
        acknowledge: (batch) =>
          sound.acknowledge(batch.map((proof) => ({ ...proof, at: proof.at + 1 }))),
      }),
    ],
    ['records no authentication', () => ({ recordAuthentication: async () => true })],
    [
      'revokes for another reason',
      (sound) => ({ revoke: (id, _reason, at) => sound.revoke(id, 'administrator', at) }),
    ],
    [
      'revokes the excepted session',
      (sound) => ({
        revokeAllOfUser: (userId, reason, at) => sound.revokeAllOfUser(userId, reason, at),
      }),
    ],
    [
      'lists a session that has just expired',
      (sound) => ({ findByUser: (userId, now, page) => sound.findByUser(userId, now - 1, page) }),
    ],
    [
      'lists the oldest session first',
      (sound) => ({
        findByUser: async (userId, now, query) => {
          const page = await sound.findByUser(userId, now, query);
          return { ...page, sessions: page.sessions.toReversed() };
        },
      }),
    ],
    [
      'ends the list after its first page',
      (sound) => ({
        findByUser: async (userId, now, query) => ({
          ...(await sound.findByUser(userId, now, query)),
          next: null,
        }),
      }),
    ],
    [
      'purges 1 ms too early',
      (sound) => ({ purge: (expiredBy, limit, after) => sound.purge(expiredBy + 1, limit, after) }),
    ],
    [
      'ends a purge after its first step',
      (sound) => ({
        purge: async (at, limit, after) => ({
          ...(await sound.purge(at, limit, after)),
          next: null,
        }),
      }),
    ],
  ])('detects a store that %s', async (_title, fault) => {
    const store = faultyStore(fault);
    const compare = storeComparison({ store, reopen: async () => store });
    expect(
      (
        await fc.check(fc.asyncProperty(histories, compare), {
          numRuns: 400,
          seed: 1,
          endOnFailure: true,
        })
      ).failed,
    ).toBe(true);
  });

  it('detects a store that loses a session when it is closed', async () => {
    const kept = memorySessionStore();
    const compare = storeComparison({ store: kept, reopen: async () => memorySessionStore() });
    expect(
      (
        await fc.check(fc.asyncProperty(histories, compare), {
          numRuns: 400,
          seed: 1,
          endOnFailure: true,
        })
      ).failed,
    ).toBe(true);
  });
});
