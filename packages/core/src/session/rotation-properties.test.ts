import fc from 'fast-check';
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

describe('decideRotation, for any token', () => {
  it('accepts every refresh token once with graceSeconds 0', () => {
    expect(decideRotation(session, user, current, T0, 0)).toEqual({ kind: 'rotate' });
    expect(decideRotation(session, user, previous, T0, 0)).toEqual({ kind: 'reuse' });
    for (const generation of [5, 6]) {
      for (const now of [T0 - 5, T0])
        expect(decideRotation(session, user, { generation, secretHash: 'x' }, now, 0)).toEqual({
          kind: 'recover',
        });
    }
  });

  it('never accepts a refresh token that is two or more generations behind', () => {
    const record = fc.record({
      generation: fc.nat(5),
      acknowledgedAt: fc.option(fc.nat(200_000).map((ms) => T0 + ms)),
      deliveredAt: fc.nat(200_000).map((ms) => T0 + ms),
    });
    const presented = fc.record({
      generation: fc.nat(6),
      secretHash: fc.constantFrom('current', 'previous', 'other'),
    });
    fc.assert(
      fc.property(record, presented, fc.nat(400), (fields, token, seconds) => {
        const decision = decideRotation({ ...session, ...fields }, user, token, at(seconds), GRACE);
        if (token.generation < fields.generation - 1) expect(decision.kind).toBe('reuse');
        if (decision.kind === 'reissue' || decision.kind === 'rotate')
          expect(token).toEqual({ generation: fields.generation, secretHash: 'current' });
        if (decision.kind === 'converge')
          expect(token).toEqual({ generation: fields.generation - 1, secretHash: 'previous' });
      }),
    );
  });
});
