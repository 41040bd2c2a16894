import { type ContractStage, matching, successor } from './contract-stage.ts';
import { T0, text } from './session-record.ts';

/** Defines the tests of the session store contract about revocations. */
export function revocationContract(stage: ContractStage): void {
  const { created, expect, it } = stage;

  it('revokes a session for the first of 64 callers, with its reason', async () => {
    const session = await created();
    const results = await Promise.all(
      Array.from({ length: 64 }, () => stage.store.revoke(session.id, 'signed_out', T0 + 10)),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(results.find(Boolean)).toEqual({
      ...session,
      revokedAt: T0 + 10,
      revokedReason: 'signed_out',
    });
    expect(await stage.store.revoke(session.id, 'reuse', T0 + 20)).toBeNull();
    expect(await stage.store.find(session.id)).toMatchObject({
      revokedAt: T0 + 10,
      revokedReason: 'signed_out',
    });
    expect(await stage.store.revoke(text(16), 'reuse', T0)).toBeNull();
  });

  it('keeps a session revoked in a race with a rotation', async () => {
    for (let round = 0; round < 20; round++) {
      const session = await created();
      await Promise.all([
        stage.store.rotate(matching(session), successor(session)),
        stage.store.revoke(session.id, 'signed_out', T0 + 10),
      ]);
      const after = await stage.store.find(session.id);
      expect(after?.revokedAt).toBe(T0 + 10);
      if (after)
        expect(
          (await stage.store.rotate(matching(after, { deliveredBy: T0 + 9_999 }), successor(after)))
            .won,
        ).toBe(false);
    }
  });

  it('revokes all sessions of a user except one, and returns their ids', async () => {
    const userId = text(8);
    const [a, b, kept, over, other] = [
      await created({ userId }),
      await created({ userId }),
      await created({ userId }),
      await created({ userId }),
      await created(),
    ];
    await stage.store.revoke(over.id, 'signed_out', T0 + 1);
    const ended = await stage.store.revokeAllOfUser(userId, 'password_changed', T0 + 30, kept.id);
    expect(ended.toSorted()).toEqual([a.id, b.id].toSorted());
    expect(await stage.store.find(a.id)).toMatchObject({
      revokedAt: T0 + 30,
      revokedReason: 'password_changed',
    });
    for (const untouched of [kept, other])
      expect((await stage.store.find(untouched.id))?.revokedAt).toBeNull();
    expect(await stage.store.revokeAllOfUser(userId, 'reuse', T0 + 40)).toEqual([kept.id]);
    expect(await stage.store.revokeAllOfUser(text(8), 'reuse', T0 + 40)).toEqual([]);
  });

  it('revokes each of 30 sessions once for 16 concurrent callers', async () => {
    const userId = text(8);
    const sessions = await Promise.all(Array.from({ length: 30 }, () => created({ userId })));
    const ended = await Promise.all(
      Array.from({ length: 16 }, () => stage.store.revokeAllOfUser(userId, 'reuse', T0 + 5)),
    );
    expect(ended.flat().toSorted()).toEqual(sessions.map(({ id }) => id).toSorted());
  });
}
