import type { SessionRecord } from '../../session/session-store.ts';
import { type ContractStage, inBatches, matching, successor } from './contract-stage.ts';
import { T0, text } from './session-record.ts';

/** Defines the tests of the session store contract about what is recorded between rotations. */
export function proofContract(stage: ContractStage): void {
  const { created, expect, it } = stage;

  it('records a delivery of the current generation, and never decreases deliveredAt', async () => {
    const session = await created({ generation: 2 });
    expect(await stage.store.recordDelivery(session.id, 2, T0 + 500)).toBe(true);
    expect(await stage.store.recordDelivery(session.id, 2, T0 + 400)).toBe(true);
    expect((await stage.store.find(session.id))?.deliveredAt).toBe(T0 + 500);
  });

  it('records no delivery of another generation, a revoked or an unknown session', async () => {
    const session = await created({ generation: 2 });
    expect(await stage.store.recordDelivery(session.id, 1, T0 + 500)).toBe(false);
    expect(await stage.store.recordDelivery(session.id, 3, T0 + 500)).toBe(false);
    expect(await stage.store.recordDelivery(text(16), 2, T0 + 500)).toBe(false);
    await stage.store.revoke(session.id, 'signed_out', T0 + 1);
    expect(await stage.store.recordDelivery(session.id, 2, T0 + 500)).toBe(false);
    expect((await stage.store.find(session.id))?.deliveredAt).toBe(T0);
  });

  it('acknowledges the current generations of a batch, once', async () => {
    const [fresh, moved, known] = [
      await created({ generation: 1 }),
      await created({ generation: 2 }),
      await created({ generation: 1, acknowledgedAt: T0 + 1, lastSeenAt: T0 + 1 }),
    ];
    const proof = (session: SessionRecord) => ({
      sessionId: session.id,
      generation: 1,
      at: T0 + 700,
    });
    const batch = [
      proof(fresh),
      proof(moved),
      proof(known),
      { sessionId: text(16), generation: 1, at: T0 },
    ];
    await stage.store.acknowledge(batch);
    await stage.store.acknowledge(batch.map((item) => ({ ...item, at: T0 + 900 })));
    expect(await stage.store.find(fresh.id)).toEqual({
      ...fresh,
      acknowledgedAt: T0 + 700,
      lastSeenAt: T0 + 700,
    });
    expect(await stage.store.find(moved.id)).toEqual(moved);
    expect(await stage.store.find(known.id)).toEqual(known);
  });

  it('accepts an empty batch of acknowledgements, and one of 500', async () => {
    await stage.store.acknowledge([]);
    const sessions = await inBatches(500, () => created({ generation: 1 }));
    await stage.store.acknowledge(
      sessions.map(({ id }) => ({ sessionId: id, generation: 1, at: T0 + 5 })),
    );
    const found = await inBatches(500, (index) => stage.store.find(sessions[index]?.id ?? ''));
    expect(found.filter((session) => session?.acknowledgedAt === T0 + 5)).toHaveLength(500);
  });

  it('raises the token version of a live session, and never lowers it', async () => {
    const session = await created({ tokenVersion: 3 });
    expect(await stage.store.setTokenVersion(session.id, 5)).toBe(true);
    expect(await stage.store.setTokenVersion(session.id, 4)).toBe(true);
    expect(await stage.store.find(session.id)).toEqual({ ...session, tokenVersion: 5 });
    expect(await stage.store.setTokenVersion(text(16), 1)).toBe(false);
    await stage.store.revoke(session.id, 'signed_out', T0 + 1);
    expect(await stage.store.setTokenVersion(session.id, 9)).toBe(false);
    expect((await stage.store.find(session.id))?.tokenVersion).toBe(5);
  });

  it('records a reauthentication, and never decreases authenticatedAt', async () => {
    const session = await created({ generation: 2 });
    expect(await stage.store.recordAuthentication(session.id, T0 - 1)).toBe(true);
    expect((await stage.store.find(session.id))?.authenticatedAt).toBe(T0);
    for (const at of [T0 + 500, T0 + 500, T0 + 400])
      expect(await stage.store.recordAuthentication(session.id, at)).toBe(true);
    expect(await stage.store.find(session.id)).toEqual({ ...session, authenticatedAt: T0 + 500 });
    const rotated = await stage.store.rotate(matching(session), successor(session));
    expect(rotated.session?.authenticatedAt).toBe(T0 + 500);
  });

  it('records no reauthentication of a revoked or an unknown session', async () => {
    const session = await created();
    await stage.store.revoke(session.id, 'signed_out', T0 + 1);
    expect(await stage.store.recordAuthentication(session.id, T0 + 500)).toBe(false);
    expect((await stage.store.find(session.id))?.authenticatedAt).toBe(T0);
    const unknown = text(16);
    expect(await stage.store.recordAuthentication(unknown, T0 + 500)).toBe(false);
    expect(await stage.store.find(unknown)).toBeNull();
  });
}
