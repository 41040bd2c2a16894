import type { RotationMatch, SessionRecord } from '../../session/session-store.ts';
import { type ContractStage, matching, successor } from './contract-stage.ts';
import { sessionRecord, T0, text } from './session-record.ts';

/** Defines the tests of the session store contract about rotations. */
export function rotationContract(stage: ContractStage): void {
  const { created, expect, it } = stage;

  it('rotates a session that matches, and writes every field of the successor', async () => {
    const session = await created({
      generation: 3,
      previousSecretHash: 'old',
      acknowledgedAt: T0 + 5,
    });
    const next = successor(session);
    const result = await stage.store.rotate(matching(session), next);
    const expected = { ...session, ...next, lastSeenAt: T0 + 1_000, acknowledgedAt: null };
    expect(result).toEqual({ won: true, session: expected });
    expect(await stage.store.find(session.id)).toEqual(expected);
  });

  it('adopts a token, without predecessor, sealed successor and new deliveredAt', async () => {
    const session = await created({
      generation: 3,
      previousSecretHash: 'old',
      sealedSuccessor: text(120),
      acknowledgedAt: T0 + 5,
      userAgent: 'a',
      ipAddress: 'b',
    });
    const nothing = {
      previousSecretHash: null,
      sealedSuccessor: null,
      userAgent: null,
      ipAddress: null,
    };
    const next = successor(session, { ...nothing, generation: 3, deliveredAt: T0 });
    const expected = { ...session, ...next, lastSeenAt: T0 + 1_000, acknowledgedAt: null };
    expect(await stage.store.rotate(matching(session), next)).toEqual({
      won: true,
      session: expected,
    });
    expect(await stage.store.find(session.id)).toEqual(expected);
  });

  it('rotates past generations that it has never stored', async () => {
    const session = await created();
    const result = await stage.store.rotate(
      matching(session),
      successor(session, { generation: 9 }),
    );
    expect(result.session?.generation).toBe(9);
  });

  const cases: [string, Partial<SessionRecord>, Partial<RotationMatch>, boolean][] = [
    ['another generation', {}, { generation: 1 }, false],
    ['another secret', {}, { secretHash: text(32) }, false],
    ['revoked', { revokedAt: T0, revokedReason: 'signed_out' }, {}, false],
    ['1 ms before idle expiry', { idleExpiresAt: T0 + 1_001 }, {}, true],
    ['at idle expiry', { idleExpiresAt: T0 + 1_000 }, {}, false],
    ['1 ms after idle expiry', { idleExpiresAt: T0 + 999 }, {}, false],
    ['1 ms before absolute expiry', { absoluteExpiresAt: T0 + 1_001 }, {}, true],
    ['at absolute expiry', { absoluteExpiresAt: T0 + 1_000 }, {}, false],
    ['1 ms after absolute expiry', { absoluteExpiresAt: T0 + 999 }, {}, false],
    ['delivered 1 ms before the limit', { generation: 1 }, { deliveredBy: T0 + 1 }, true],
    ['delivered at the limit', { generation: 1 }, { deliveredBy: T0 }, true],
    ['delivered 1 ms after the limit', { generation: 1 }, { deliveredBy: T0 - 1 }, false],
    ['generation 0, delivered after the limit', {}, { deliveredBy: T0 - 1 }, true],
  ];
  for (const [title, fields, match, won] of cases)
    it(`${won ? 'wins' : 'loses'} a rotation of a session ${title}`, async () => {
      const session = await created(fields);
      const result = await stage.store.rotate(matching(session, match), successor(session));
      expect(result.won).toBe(won);
      if (!won) expect(result.session).toEqual(session);
      if (!won) expect(await stage.store.find(session.id)).toEqual(session);
    });

  it('loses a rotation of an unknown session, and creates none', async () => {
    const session = sessionRecord();
    expect(await stage.store.rotate(matching(session), successor(session))).toEqual({
      won: false,
      session: null,
    });
    expect(await stage.store.find(session.id)).toBeNull();
  });

  it('lets one of 64 racing rotations win, and returns its record to the others', async () => {
    const session = await created();
    const attempts = Array.from({ length: 64 }, () => successor(session));
    const results = await Promise.all(
      attempts.map((next) => stage.store.rotate(matching(session), next)),
    );
    const winners = results.filter((result) => result.won);
    expect(winners).toHaveLength(1);
    for (const result of results)
      expect(result.session?.secretHash).toBe(winners[0]?.session.secretHash);
  });
}
