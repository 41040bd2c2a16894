import type * as Vitest from 'vitest';
import type { PurgeStep, RotationMatch, RotationNext, SessionRecord, SessionStore } from '../session-store.ts';
import { sessionRecord, T0, text } from './session-record.ts';

const matching = (session: SessionRecord, fields: Partial<RotationMatch> = {}): RotationMatch => ({
  sessionId: session.id,
  username: session.username,
  generation: session.generation,
  secretHash: session.secretHash,
  now: T0 + 1_000,
  handedOutBy: T0,
  ...fields,
});

const successor = (session: SessionRecord, fields: Partial<RotationNext> = {}): RotationNext => ({
  generation: session.generation + 1,
  secretHash: text(32),
  previousSecretHash: session.secretHash,
  sealedSuccessor: text(120),
  idleExpiresAt: T0 + 101_000,
  userAgent: 'rotated',
  ipAddress: '127.0.0.2',
  ...fields,
});

/**
 * What every session store must do. Run it in a test file of the store's own.
 *
 * @param runner Vitest's verbs: `import * as vitest from 'vitest'`. Handed in, so that the rest of this kit works in any runner
 * @param open gives a store and a way to close it; called once
 * @param removesExpired false for a store that forgets expired sessions by itself, by its own clock
 */
export function sessionStoreContract(
  name: string,
  { afterAll, beforeAll, describe, expect, it }: Pick<typeof Vitest, 'afterAll' | 'beforeAll' | 'describe' | 'expect' | 'it'>,
  open: () => Promise<{ store: SessionStore; close(): Promise<void> }>,
  { removesExpired = true }: { removesExpired?: boolean } = {},
): void {
  describe(`${name} keeps the session store contract`, () => {
    let store: SessionStore;
    let close: () => Promise<void>;
    beforeAll(async () => ({ store, close } = await open()));
    afterAll(() => close());

    async function created(fields?: Partial<SessionRecord>): Promise<SessionRecord> {
      const session = sessionRecord(fields);
      await store.create(session);
      return session;
    }

    it('finds what was created, field for field', async () => {
      const session = await created({ userAgent: null, ipAddress: null });
      expect(await store.find(session.id)).toEqual(session);
    });

    it('finds nothing under an unknown id', async () => {
      expect(await store.find(text(16))).toBeNull();
    });

    it('refuses a second session of the same id', async () => {
      const session = await created();
      await expect(store.create(session)).rejects.toThrow();
    });

    it('rotates a session that matches, and writes every field of the successor', async () => {
      const session = await created({ generation: 3, previousSecretHash: 'old', acknowledgedAt: T0 + 5 });
      const next = successor(session);
      const result = await store.rotate(matching(session), next);
      const expected = { ...session, ...next, handedOutAt: T0 + 1_000, lastSeenAt: T0 + 1_000, acknowledgedAt: null };
      expect(result).toEqual({ won: true, session: expected });
      expect(await store.find(session.id)).toEqual(expected);
    });

    it('rotates past generations that it never saw', async () => {
      const session = await created();
      const result = await store.rotate(matching(session), successor(session, { generation: 9 }));
      expect(result.session?.generation).toBe(9);
    });

    it.each<[string, Partial<SessionRecord>, Partial<RotationMatch>, boolean]>([
      ['another generation', {}, { generation: 1 }, false],
      ['another username', {}, { username: 'bob' }, false],
      ['another secret', {}, { secretHash: text(32) }, false],
      ['revoked', { revokedAt: T0, revokedReason: 'signed_out' }, {}, false],
      ['1 ms before idle expiry', { idleExpiresAt: T0 + 1_001 }, {}, true],
      ['at idle expiry', { idleExpiresAt: T0 + 1_000 }, {}, false],
      ['1 ms after idle expiry', { idleExpiresAt: T0 + 999 }, {}, false],
      ['1 ms before absolute expiry', { absoluteExpiresAt: T0 + 1_001 }, {}, true],
      ['at absolute expiry', { absoluteExpiresAt: T0 + 1_000 }, {}, false],
      ['1 ms after absolute expiry', { absoluteExpiresAt: T0 + 999 }, {}, false],
      ['handed out 1 ms before the limit', { generation: 1 }, { handedOutBy: T0 + 1 }, true],
      ['handed out at the limit', { generation: 1 }, { handedOutBy: T0 }, true],
      ['handed out 1 ms after the limit', { generation: 1 }, { handedOutBy: T0 - 1 }, false],
      ['generation 0, handed out after the limit', {}, { handedOutBy: T0 - 1 }, true],
    ])('a rotation with %s: won is the last column', async (_title, fields, match, won) => {
      const session = await created(fields);
      const result = await store.rotate(matching(session, match), successor(session));
      expect(result.won).toBe(won);
      if (!won) expect(result.session).toEqual(session);
      if (!won) expect(await store.find(session.id)).toEqual(session);
    });

    it('loses a rotation of an unknown session without inventing one', async () => {
      const session = sessionRecord();
      expect(await store.rotate(matching(session), successor(session))).toEqual({ won: false, session: null });
      expect(await store.find(session.id)).toBeNull();
    });

    it('lets exactly one of 64 racing rotations win, and shows its result to the others', async () => {
      const session = await created();
      const attempts = Array.from({ length: 64 }, () => successor(session));
      const results = await Promise.all(attempts.map((next) => store.rotate(matching(session), next)));
      const winners = results.filter((result) => result.won);
      expect(winners).toHaveLength(1);
      for (const result of results) expect(result.session?.secretHash).toBe(winners[0]?.session.secretHash);
    });

    it('records a hand-out for the current generation, and never moves it back', async () => {
      const session = await created({ generation: 2 });
      expect(await store.recordHandOut(session.id, 2, T0 + 500)).toBe(true);
      expect(await store.recordHandOut(session.id, 2, T0 + 400)).toBe(true);
      expect((await store.find(session.id))?.handedOutAt).toBe(T0 + 500);
    });

    it('records no hand-out for another generation, a revoked or an unknown session', async () => {
      const session = await created({ generation: 2 });
      expect(await store.recordHandOut(session.id, 1, T0 + 500)).toBe(false);
      expect(await store.recordHandOut(session.id, 3, T0 + 500)).toBe(false);
      expect(await store.recordHandOut(text(16), 2, T0 + 500)).toBe(false);
      await store.revoke(session.id, 'signed_out', T0 + 1);
      expect(await store.recordHandOut(session.id, 2, T0 + 500)).toBe(false);
      expect((await store.find(session.id))?.handedOutAt).toBe(T0);
    });

    it('acknowledges a batch: the current generation once, anything else not at all', async () => {
      const [fresh, moved, known] = [
        await created({ generation: 1 }),
        await created({ generation: 2 }),
        await created({ generation: 1, acknowledgedAt: T0 + 1, lastSeenAt: T0 + 1 }),
      ];
      const proof = (session: SessionRecord) => ({ sessionId: session.id, generation: 1, at: T0 + 700 });
      const batch = [proof(fresh), proof(moved), proof(known), { sessionId: text(16), generation: 1, at: T0 }];
      await store.acknowledge(batch);
      await store.acknowledge(batch.map((item) => ({ ...item, at: T0 + 900 })));
      expect(await store.find(fresh.id)).toEqual({ ...fresh, acknowledgedAt: T0 + 700, lastSeenAt: T0 + 700 });
      expect(await store.find(moved.id)).toEqual(moved);
      expect(await store.find(known.id)).toEqual(known);
    });

    it('acknowledges nothing for an empty batch, and takes 500 at once', async () => {
      await store.acknowledge([]);
      const sessions = await Promise.all(Array.from({ length: 500 }, () => created({ generation: 1 })));
      await store.acknowledge(sessions.map(({ id }) => ({ sessionId: id, generation: 1, at: T0 + 5 })));
      const found = await Promise.all(sessions.map(({ id }) => store.find(id)));
      expect(found.filter((session) => session?.acknowledgedAt === T0 + 5)).toHaveLength(500);
    });

    it('revokes once: the first of 64 callers, with its reason', async () => {
      const session = await created();
      const results = await Promise.all(Array.from({ length: 64 }, () => store.revoke(session.id, 'signed_out', T0 + 10)));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(results.find(Boolean)).toEqual({ ...session, revokedAt: T0 + 10, revokedReason: 'signed_out' });
      expect(await store.revoke(session.id, 'reuse', T0 + 20)).toBeNull();
      expect(await store.find(session.id)).toMatchObject({ revokedAt: T0 + 10, revokedReason: 'signed_out' });
      expect(await store.revoke(text(16), 'reuse', T0)).toBeNull();
    });

    it('lets a live session go on under a raised token version, and never lowers it', async () => {
      const session = await created({ tokenVersion: 3 });
      expect(await store.setTokenVersion(session.id, 5)).toBe(true);
      expect(await store.setTokenVersion(session.id, 4)).toBe(true);
      expect(await store.find(session.id)).toEqual({ ...session, tokenVersion: 5 });
      expect(await store.setTokenVersion(text(16), 1)).toBe(false);
      await store.revoke(session.id, 'signed_out', T0 + 1);
      expect(await store.setTokenVersion(session.id, 9)).toBe(false);
      expect((await store.find(session.id))?.tokenVersion).toBe(5);
    });

    it('lets no rotation bring a revoked session back, in a race of both', async () => {
      for (let round = 0; round < 20; round++) {
        const session = await created();
        await Promise.all([store.rotate(matching(session), successor(session)), store.revoke(session.id, 'signed_out', T0 + 10)]);
        const after = await store.find(session.id);
        expect(after?.revokedAt).toBe(T0 + 10);
        if (after) expect((await store.rotate(matching(after, { handedOutBy: T0 + 9_999 }), successor(after))).won).toBe(false);
      }
    });

    it('revokes all sessions of one user but the excepted, and names those it ended', async () => {
      const userId = text(8);
      const [a, b, kept, over, other] = [
        await created({ userId }),
        await created({ userId }),
        await created({ userId }),
        await created({ userId }),
        await created(),
      ];
      await store.revoke(over.id, 'signed_out', T0 + 1);
      const ended = await store.revokeAllOfUser(userId, 'password_changed', T0 + 30, kept.id);
      expect(ended.toSorted()).toEqual([a.id, b.id].toSorted());
      expect(await store.find(a.id)).toMatchObject({ revokedAt: T0 + 30, revokedReason: 'password_changed' });
      for (const untouched of [kept, other]) expect((await store.find(untouched.id))?.revokedAt).toBeNull();
      expect(await store.revokeAllOfUser(userId, 'reuse', T0 + 40)).toEqual([kept.id]);
      expect(await store.revokeAllOfUser(text(8), 'reuse', T0 + 40)).toEqual([]);
    });

    it('ends each of 30 sessions once when 16 callers end them all', async () => {
      const userId = text(8);
      const sessions = await Promise.all(Array.from({ length: 30 }, () => created({ userId })));
      const ended = await Promise.all(Array.from({ length: 16 }, () => store.revokeAllOfUser(userId, 'reuse', T0 + 5)));
      expect(ended.flat().toSorted()).toEqual(sessions.map(({ id }) => id).toSorted());
    });

    it('lists the live sessions of one user, the one seen last first', async () => {
      const userId = text(8);
      const [old, fresh, over] = [await created({ userId, lastSeenAt: T0 + 1 }), await created({ userId, lastSeenAt: T0 + 2 }), await created({ userId })];
      await created({ userId, idleExpiresAt: T0 + 10 });
      await created({ userId, absoluteExpiresAt: T0 + 10 });
      await created();
      await store.revoke(over.id, 'signed_out', T0 + 1);
      expect(await store.findByUser(userId, T0 + 10)).toEqual([fresh, old]);
      expect(await store.findByUser(userId, T0 + 9)).toHaveLength(4);
      expect(await store.findByUser(text(8), T0)).toEqual([]);
    });

    it('lists a session for as long as it is rotated, whatever its first expiry was', async () => {
      const session = await created({ idleExpiresAt: T0 + 2_000 });
      await store.rotate(matching(session), successor(session, { idleExpiresAt: T0 + 9_000 }));
      expect((await store.findByUser(session.userId, T0 + 8_999)).map(({ id }) => id)).toEqual([session.id]);
      expect(await store.findByUser(session.userId, T0 + 9_000)).toEqual([]);
    });

    it('purges in bounded steps, and never a session that is still alive', async () => {
      const alive = await created({ idleExpiresAt: T0 + 51 });
      const gone = [
        await created({ idleExpiresAt: T0 + 50 }),
        await created({ absoluteExpiresAt: T0 + 50 }),
        await created({ idleExpiresAt: T0 - 5, revokedAt: T0 - 10, revokedReason: 'signed_out' }),
      ];
      for (let after: string | null = null, steps = 0; ; steps++) {
        const { removed, next }: PurgeStep = await store.purge(T0 + 50, 7, after);
        expect(removed).toBeLessThanOrEqual(7);
        expect(steps).toBeLessThan(1_000);
        if (next === null) break;
        after = next;
      }
      expect(await store.find(alive.id)).toEqual(alive);
      if (removesExpired) for (const { id } of gone) expect(await store.find(id)).toBeNull();
    });
  });
}
