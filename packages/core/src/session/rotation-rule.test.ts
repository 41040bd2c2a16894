import { describe, expect, it } from 'vitest';
import {
  at,
  current,
  GRACE,
  previous,
  session,
  T0,
  user,
} from '../testing/fixtures/rotation-fixture.ts';
import { decideRotation } from './rotation-rule.ts';

describe('decideRotation', () => {
  describe('case 1: unknown or expired session', () => {
    it('refuses to refresh an unknown session', () => {
      expect(decideRotation(null, user, current, T0, GRACE)).toEqual({
        kind: 'refuse',
        reason: 'session_unknown',
      });
    });

    it.each([
      [-1, 'rotate'],
      [0, 'refuse'],
      [1, 'refuse'],
    ])('decides, at the idle expiry %i s, to %s', (offset, kind) => {
      const record = { ...session, idleExpiresAt: at(1000) };
      expect(decideRotation(record, user, current, at(1000 + offset), GRACE)).toMatchObject(
        kind === 'refuse' ? { kind, reason: 'session_expired' } : { kind },
      );
    });

    it.each([
      [-1, 'rotate'],
      [0, 'refuse'],
      [1, 'refuse'],
    ])('decides, at the absolute expiry %i s, to %s', (offset, kind) => {
      const record = { ...session, absoluteExpiresAt: at(500) };
      expect(decideRotation(record, user, current, at(500 + offset), GRACE)).toMatchObject(
        kind === 'refuse' ? { kind, reason: 'session_expired' } : { kind },
      );
    });
  });

  describe('case 2: revoked session or refused user', () => {
    it.each([
      [
        'session_revoked',
        { ...session, revokedAt: T0, revokedReason: 'signed_out' as const },
        user,
      ],
      ['user_gone', session, null],
      ['user_gone', session, { ...user, disabled: true }],
      ['user_gone', session, { ...user, id: 'u2' }],
      ['token_version', session, { ...user, tokenVersion: 4 }],
    ])('refuses a session or its user with the reason %s', (reason, record, person) => {
      for (const presented of [
        current,
        previous,
        { generation: 0, secretHash: 'ancient' },
        { generation: 9, secretHash: 'ahead' },
      ])
        expect(decideRotation(record, person, presented, at(200), GRACE)).toEqual({
          kind: 'refuse',
          reason,
        });
    });
  });

  describe('case 3: the current token within the settle time', () => {
    it.each([
      [-1, 'reissue'],
      [0, 'rotate'],
      [1, 'rotate'],
    ])(
      'decides, for the current token at the end of the settle time %i s, to %s',
      (offset, kind) => {
        expect(decideRotation(session, user, current, at(4 * GRACE + offset), GRACE)).toEqual({
          kind,
        });
      },
    );

    it('measures the settle time from the last delivery, not from the rotation', () => {
      expect(
        decideRotation({ ...session, deliveredAt: at(50) }, user, current, at(4 * GRACE), GRACE),
      ).toEqual({ kind: 'reissue' });
    });

    it('rotates a token of generation 0 without a settle time', () => {
      expect(
        decideRotation(
          { ...session, generation: 0 },
          user,
          { ...current, generation: 0 },
          T0,
          GRACE,
        ),
      ).toEqual({ kind: 'rotate' });
    });

    it('reissues for the current token whether or not its generation was acknowledged', () => {
      expect(
        decideRotation({ ...session, acknowledgedAt: at(1) }, user, current, at(2), GRACE),
      ).toEqual({ kind: 'reissue' });
    });
  });

  it('rotates the current token after the settle time (case 4)', () => {
    expect(
      decideRotation({ ...session, acknowledgedAt: at(1) }, user, current, at(600), GRACE),
    ).toEqual({ kind: 'rotate' });
  });

  describe('case 5: the previous token', () => {
    it.each([
      [-1, { kind: 'converge', recordDelivery: true }],
      [0, { kind: 'reuse' }],
      [1, { kind: 'reuse' }],
    ])(
      'decides, for the previous token a grace period after the acknowledgement %i s, %o',
      (offset, decision) => {
        expect(
          decideRotation(
            { ...session, acknowledgedAt: at(100) },
            user,
            previous,
            at(100 + GRACE + offset),
            GRACE,
          ),
        ).toEqual(decision);
      },
    );

    it('converges on the successor while it is not acknowledged', () => {
      expect(decideRotation(session, user, previous, at(999), GRACE)).toEqual({
        kind: 'converge',
        recordDelivery: true,
      });
    });

    it.each([
      [-1, false],
      [0, true],
      [1, true],
    ])(
      'asks to record a delivery, a grace period %i s after the last one: %s',
      (offset, recordDelivery) => {
        expect(decideRotation(session, user, previous, at(GRACE + offset), GRACE)).toEqual({
          kind: 'converge',
          recordDelivery,
        });
      },
    );

    it('treats another secret of the previous generation as reuse', () => {
      expect(
        decideRotation(session, user, { ...previous, secretHash: 'other' }, T0, GRACE),
      ).toEqual({ kind: 'reuse' });
    });
  });

  describe('case 6: the store has lost writes', () => {
    it.each<[string, number, string | null]>([
      ['one generation ahead, as successor of the current one', 6, 'current'],
      ['far ahead, without a known predecessor', 60, null],
    ])(
      'adopts a refresh token that is ahead of the store: %s',
      (_title, generation, previousSecretHash) => {
        for (const seconds of [1, 999])
          expect(
            decideRotation(session, user, { generation, secretHash: 'x' }, at(seconds), GRACE),
          ).toEqual({
            kind: 'adopt',
            next: { previousSecretHash, deliveredAt: at(seconds) },
          });
      },
    );

    it.each([
      [-1, { kind: 'adopt', next: { previousSecretHash: 'previous', deliveredAt: T0 } }],
      [0, { kind: 'recover' }],
      [1, { kind: 'recover' }],
    ])(
      'decides, for another secret of the generation at the end of the settle time %i s, %o',
      (offset, decision) => {
        expect(
          decideRotation(
            session,
            user,
            { generation: 5, secretHash: 'x' },
            at(4 * GRACE + offset),
            GRACE,
          ),
        ).toEqual(decision);
      },
    );

    it.each([
      [-1, { kind: 'converge', recordDelivery: false }],
      [0, { kind: 'reuse' }],
      [1, { kind: 'reuse' }],
    ])(
      'accepts any previous token if its secret is unknown; a grace period %i s later: %o',
      (offset, decision) => {
        const adopted = {
          ...session,
          previousSecretHash: null,
          sealedSuccessor: null,
          acknowledgedAt: at(100),
        };
        expect(
          decideRotation(
            adopted,
            user,
            { generation: 4, secretHash: 'x' },
            at(100 + GRACE + offset),
            GRACE,
          ),
        ).toEqual(decision);
        expect(
          decideRotation(adopted, user, { generation: 3, secretHash: 'x' }, at(100), GRACE),
        ).toEqual({ kind: 'reuse' });
      },
    );
  });

  describe('case 7: reuse', () => {
    it('treats a token two generations behind as reuse, even before an acknowledgement', () => {
      expect(
        decideRotation(session, user, { generation: 3, secretHash: 'older' }, T0, GRACE),
      ).toEqual({ kind: 'reuse' });
      expect(
        decideRotation(session, user, { generation: 3, secretHash: 'previous' }, T0, GRACE),
      ).toEqual({ kind: 'reuse' });
    });
  });
});
