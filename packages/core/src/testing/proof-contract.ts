import type { SessionRecord } from '../session/session-store.ts';
import { type ContractStage, matching, successor } from './contract-stage.ts';
import { T0, text } from './session-record.ts';

/**
 * The part of the session store contract that is about what is noted of a session between
 * rotations.
 */
export function proofContract(stage: ContractStage): void {
  const { created, expect, it } = stage;

  it('records a hand-out for the current generation, and never moves it back', async () => {
    const session = await created({ generation: 2 });
    expect(await stage.store.recordDelivery(session.id, 2, T0 + 500)).toBe(true);
    expect(await stage.store.recordDelivery(session.id, 2, T0 + 400)).toBe(true);
    expect((await stage.store.find(session.id))?.deliveredAt).toBe(T0 + 500);
  });

  it('records no hand-out for another generation, a revoked or an unknown session', async () => {
    const session = await created({ generation: 2 });
    expect(await stage.store.recordDelivery(session.id, 1, T0 + 500)).toBe(false);
    expect(await stage.store.recordDelivery(session.id, 3, T0 + 500)).toBe(false);
    expect(await stage.store.recordDelivery(text(16), 2, T0 + 500)).toBe(false);
    await stage.store.revoke(session.id, 'signed_out', T0 + 1);
    expect(await stage.store.recordDelivery(session.id, 2, T0 + 500)).toBe(false);
    expect((await stage.store.find(session.id))?.deliveredAt).toBe(T0);
  });

  it('acknowledges a batch: the current generation once, anything else not at all', async () => {
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

  it('acknowledges nothing for an empty batch, and takes 500 at once', async () => {
    await stage.store.acknowledge([]);
    const sessions = await Promise.all(
      Array.from({ length: 500 }, () => created({ generation: 1 })),
    );
    await stage.store.acknowledge(
      sessions.map(({ id }) => ({ sessionId: id, generation: 1, at: T0 + 5 })),
    );
    const found = await Promise.all(sessions.map(({ id }) => stage.store.find(id)));
    expect(found.filter((session) => session?.acknowledgedAt === T0 + 5)).toHaveLength(500);
  });

  it('lets a live session go on under a raised token version, and never lowers it', async () => {
    const session = await created({ tokenVersion: 3 });
    expect(await stage.store.setTokenVersion(session.id, 5)).toBe(true);
    expect(await stage.store.setTokenVersion(session.id, 4)).toBe(true);
    expect(await stage.store.find(session.id)).toEqual({ ...session, tokenVersion: 5 });
    expect(await stage.store.setTokenVersion(text(16), 1)).toBe(false);
    await stage.store.revoke(session.id, 'signed_out', T0 + 1);
    expect(await stage.store.setTokenVersion(session.id, 9)).toBe(false);
    expect((await stage.store.find(session.id))?.tokenVersion).toBe(5);
  });

  it('notes that the person proved again who they are, and never moves it back', async () => {
    const session = await created({ generation: 2 });
    expect(await stage.store.recordAuthentication(session.id, T0 + 500)).toBe(true);
    for (const at of [T0 + 500, T0 + 400])
      expect(await stage.store.recordAuthentication(session.id, at)).toBe(true);
    expect(await stage.store.find(session.id)).toEqual({ ...session, authenticatedAt: T0 + 500 });
    const rotated = await stage.store.rotate(matching(session), successor(session));
    expect(rotated.session?.authenticatedAt).toBe(T0 + 500);
  });

  it('notes no such proof for a revoked or an unknown session', async () => {
    const session = await created();
    await stage.store.revoke(session.id, 'signed_out', T0 + 1);
    expect(await stage.store.recordAuthentication(session.id, T0 + 500)).toBe(false);
    expect((await stage.store.find(session.id))?.authenticatedAt).toBe(T0);
    const unknown = text(16);
    expect(await stage.store.recordAuthentication(unknown, T0 + 500)).toBe(false);
    expect(await stage.store.find(unknown)).toBeNull();
  });
}
