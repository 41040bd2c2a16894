import { describe, expect, it } from 'vitest';
import { TEST_BOUNDS } from './bounds.ts';
import { explore } from './explore.ts';
import { WEAKENINGS } from './weakenings.ts';

describe('every order of events', { timeout: 120_000 }, () => {
  it('of three requests and a sign-out keeps the promises', () => {
    const { broken, states } = explore(TEST_BOUNDS.promises);
    expect(broken).toBeNull();
    expect(states).toBeGreaterThan(100_000);
  });

  it('of two requests keeps them where the store goes back at any moment', () => {
    const { states, broken } = explore(TEST_BOUNDS.restore);
    expect(broken).toBeNull();
    expect(states).toBeGreaterThan(10_000);
  });

  it('of three requests keeps them where the user is renamed twice, at any moments', () => {
    const { states, broken } = explore(TEST_BOUNDS.renames);
    expect(broken).toBeNull();
    expect(states).toBeGreaterThan(10_000);
  });

  it('breaks one if the store loses the record of a repeated delivery (decision 026)', () => {
    const { broken } = explore(TEST_BOUNDS.forgottenDelivery);
    expect(broken?.promise).toBe('an honest browser is taken for a thief');
    const loss = broken?.history.indexOf('the store goes back to the backup') ?? 0;
    expect(broken?.history.slice(0, loss)).toContain('r0 arrives: converge');
  });

  it.each(WEAKENINGS)(
    'breaks one if the rules are weakened: $name',
    ({ rules, bounds, breaks }) => {
      const { broken } = explore(bounds, rules);
      expect(broken?.promise).toBe(breaks);
      expect(broken?.history.at(-1)).toMatch(/^r\d arrives: /);
      expect(explore(bounds).broken).toBeNull();
    },
  );
});
