import { describe, expect, it } from 'vitest';
import { TEST_BOUNDS } from './bounds.ts';
import { explore } from './explore.ts';
import { WEAKENINGS } from './weakenings.ts';

describe('the explorer', { timeout: 120_000 }, () => {
  it('every order of three requests and a sign-out keeps the guarantees of the protocol', () => {
    const { broken, states } = explore(TEST_BOUNDS.promises);
    expect(broken).toBeNull();
    expect(states).toBeGreaterThan(100_000);
  });

  it('the guarantees hold for two requests if the store is restored at any moment', () => {
    const { states, broken } = explore(TEST_BOUNDS.restore);
    expect(broken).toBeNull();
    expect(states).toBeGreaterThan(10_000);
  });

  it('the guarantees hold for three requests if the user is renamed twice at any moments', () => {
    const { states, broken } = explore(TEST_BOUNDS.renames);
    expect(broken).toBeNull();
    expect(states).toBeGreaterThan(10_000);
  });

  it('losing the record of a repeated delivery breaks a guarantee (decision 026)', () => {
    const { broken } = explore(TEST_BOUNDS.forgottenDelivery);
    expect(broken?.promise).toBe('an honest browser is treated as a thief');
    const loss = broken?.history.indexOf('the store goes back to the backup') ?? 0;
    expect(broken?.history.slice(0, loss)).toContain('r0 arrives: converge');
  });

  it.each(WEAKENINGS)(
    'a weakened rotation rule breaks a guarantee: $name',
    ({ rules, bounds, breaks }) => {
      const { broken } = explore(bounds, rules);
      expect(broken?.promise).toBe(breaks);
      expect(broken?.history.at(-1)).toMatch(/^r\d arrives: /);
      expect(explore(bounds).broken).toBeNull();
    },
  );
});
