import { describe, expect, it } from 'vitest';
import { createSessionLayer } from '../session-layer.ts';
import { alice, client, layerFixture, ring } from '../testing/fixtures/layer-fixture.ts';
import { memorySessionStore } from './memory-session-store.ts';
import type { RotationMatch } from './session-store.ts';

const fixture = layerFixture();

const SETTLE = 120;

describe('refresh after a loss of writes', () => {
  it('recovers after a loss of writes, and emits session.recovered', async () => {
    const { sessionId, second } = await fixture.rotatedOnce();
    const backup = await fixture.store.find(sessionId);
    fixture.clock.advance(SETTLE);
    const third = await fixture.refresh(second);
    Object.assign(fixture.store, memorySessionStore());
    if (backup) await fixture.store.create(backup);
    fixture.clock.advance(1);
    const held = third.kind === 'refreshed' ? third.grant.refreshToken : null;
    expect(await fixture.refresh(held)).toMatchObject({
      decision: 'recover',
      grant: { generation: 2, refreshToken: null },
    });
    expect(fixture.events.at(-1)).toMatchObject({
      kind: 'session.recovered',
      presentedGeneration: 2,
      generation: 1,
      userId: 'a',
      sessionId,
      ...client,
    });
    await fixture.layer.flush();
    const adopted = {
      generation: 2,
      sealedSuccessor: null,
      deliveredAt: fixture.clock.now(),
      acknowledgedAt: fixture.clock.now(),
      previousSecretHash: backup?.secretHash,
    };
    expect(await fixture.store.find(sessionId)).toMatchObject(adopted);
    expect(await fixture.refresh(held)).toMatchObject({ decision: 'reissue' });
    expect(await fixture.refresh(second)).toMatchObject({
      decision: 'converge',
      grant: { generation: 2, refreshToken: null },
    });
    fixture.clock.advance(SETTLE);
    expect(await fixture.refresh(held)).toMatchObject({
      decision: 'rotate',
      grant: { generation: 3 },
    });
  });

  it('adopts another secret of a generation, and rotates it after the settle time', async () => {
    const { sessionId, second } = await fixture.rotatedOnce();
    const record = await fixture.store.find(sessionId);
    Object.assign(fixture.store, memorySessionStore());
    if (record) await fixture.store.create({ ...record, secretHash: 'other' });
    fixture.clock.advance(SETTLE - 1);
    expect(await fixture.refresh(second)).toMatchObject({
      decision: 'recover',
      grant: { generation: 1, refreshToken: null },
    });
    expect(await fixture.store.find(sessionId)).toMatchObject({
      deliveredAt: record?.deliveredAt,
      previousSecretHash: record?.previousSecretHash,
    });
    Object.assign(fixture.store, memorySessionStore());
    if (record) await fixture.store.create({ ...record, secretHash: 'other' });
    fixture.clock.advance(1);
    expect(await fixture.refresh(second)).toMatchObject({
      decision: 'recover',
      grant: { generation: 2, refreshToken: expect.any(String) },
    });
    expect(fixture.events.filter(({ kind }) => kind === 'session.recovered')).toMatchObject(
      Array(2).fill({ presentedGeneration: 1, generation: 1 }),
    );
    expect(await fixture.store.find(sessionId)).toMatchObject({
      generation: 2,
      deliveredAt: fixture.clock.now(),
      previousSecretHash: record?.secretHash,
    });
  });

  it('decides again if the other secret was delivered during an adoption', async () => {
    const { sessionId, first, second } = await fixture.rotatedOnce();
    const record = await fixture.store.find(sessionId);
    Object.assign(fixture.store, memorySessionStore());
    if (record) await fixture.store.create({ ...record, secretHash: 'other' });
    fixture.clock.advance(SETTLE / 4);
    const rotate = fixture.store.rotate.bind(fixture.store);
    const tried: boolean[] = [];
    fixture.store.rotate = async (match, next) => {
      if (tried.length === 1) await fixture.store.recordDelivery(sessionId, 1, fixture.clock.now());
      const result = await rotate(match, next);
      tried.push(result.won);
      return result;
    };
    expect(await fixture.refresh(second)).toMatchObject({ decision: 'recover' });
    expect(tried).toEqual([false, false, true]);
    expect((await fixture.store.find(sessionId))?.deliveredAt).toBe(fixture.clock.now());
    expect(await fixture.refresh(first)).toMatchObject({ decision: 'converge' });
  });

  it('emits session.shared for two clients with two secrets of one generation', async () => {
    const { sessionId, second } = await fixture.rotatedOnce();
    const record = await fixture.store.find(sessionId);
    Object.assign(fixture.store, memorySessionStore());
    if (record) await fixture.store.create({ ...record, secretHash: 'other' });
    await fixture.layer.refresh(
      { refreshTokens: [second ?? ''], usernames: ['alice'] },
      { ...client, ipAddress: '192.0.2.9' },
    );
    expect(fixture.events.map(({ kind }) => kind)).toEqual([
      'session.issued',
      'session.recovered',
      'session.shared',
    ]);
    fixture.clock.advance(1);
    await fixture.refresh(second);
    expect(fixture.events).toHaveLength(3);
  });

  it('does not emit session.shared for a token ahead of the store', async () => {
    const { sessionId, second } = await fixture.rotatedOnce();
    const record = await fixture.store.find(sessionId);
    Object.assign(fixture.store, memorySessionStore());
    if (record) await fixture.store.create({ ...record, generation: 0, secretHash: 'lost' });
    await fixture.layer.refresh(
      { refreshTokens: [second ?? ''], usernames: ['alice'] },
      { ...client, ipAddress: '192.0.2.9' },
    );
    expect(fixture.events.map(({ kind }) => kind)).toEqual(['session.issued', 'session.recovered']);
  });

  it('recovers with graceSeconds 0 even if deliveredAt is in the future', async () => {
    const strict = createSessionLayer({
      ring,
      store: fixture.store,
      clock: fixture.clock,
      users: { findUser: async () => alice },
      options: { graceSeconds: 0 },
    });
    const { sessionId, second } = await fixture.rotatedOnce();
    const record = await fixture.store.find(sessionId);
    Object.assign(fixture.store, memorySessionStore());
    if (record)
      await fixture.store.create({
        ...record,
        secretHash: 'other',
        deliveredAt: fixture.clock.now() + 5,
      });
    const credentials = { refreshTokens: [second ?? ''], usernames: ['alice'] };
    expect(await strict.refresh(credentials, client)).toMatchObject({
      decision: 'recover',
      grant: { generation: 2, refreshToken: expect.any(String) },
    });
    await strict.close();
  });

  it('decides again if an adoption loses to another caller', async () => {
    const { sessionId, second } = await fixture.rotatedOnce();
    const backup = await fixture.store.find(sessionId);
    fixture.clock.advance(SETTLE);
    const third = await fixture.refresh(second);
    Object.assign(fixture.store, memorySessionStore());
    if (backup) await fixture.store.create(backup);
    const held = third.kind === 'refreshed' ? third.grant.refreshToken : null;
    const decisions = (await Promise.all([fixture.refresh(held), fixture.refresh(held)])).map(
      (result) => 'decision' in result && result.decision,
    );
    expect(decisions).toEqual(expect.arrayContaining(['recover', 'reissue']));
    expect(fixture.events.filter(({ kind }) => kind === 'session.recovered')).toHaveLength(1);
  });

  it('rotates on the ordinary conditions when it decides in a later round', async () => {
    const { refreshToken, sessionId } = await fixture.layer.issue(alice, client);
    const matches: RotationMatch[] = [];
    const rotate = fixture.store.rotate.bind(fixture.store);
    fixture.store.rotate = async (match, next) => {
      matches.push(match);
      return matches.length === 1
        ? { won: false, session: await fixture.store.find(sessionId) }
        : rotate(match, next);
    };
    expect(await fixture.refresh(refreshToken)).toMatchObject({
      kind: 'refreshed',
      decision: 'rotate',
      grant: { generation: 1 },
    });
    expect(matches[1]).toEqual(matches[0]);
    expect(matches[0]?.deliveredBy).toBe(fixture.clock.now() - SETTLE * 1000);
    expect(fixture.events.map(({ kind }) => kind)).toEqual(['session.issued']);
  });

  it('rejects a refresh that has lost every round, and names the number of rounds', async () => {
    const { refreshToken, sessionId } = await fixture.layer.issue(alice, client);
    fixture.store.rotate = async () => ({
      won: false,
      session: await fixture.store.find(sessionId),
    });
    await expect(fixture.refresh(refreshToken)).rejects.toThrow(
      'changed during each of 3 attempts',
    );
  });
});
