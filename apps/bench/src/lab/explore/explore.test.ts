import { describe, expect, it } from 'vitest';
import { DEFAULT_BOUNDS } from './bounds.ts';
import { explore } from './explore.ts';
import { WEAKENINGS } from './weakenings.ts';

describe('every order of events', { timeout: 120_000 }, () => {
  it('of three requests and a sign-out keeps the promises', () => {
    const { broken, states } = explore({ ...DEFAULT_BOUNDS, sends: 3 });
    expect(broken).toBeNull();
    expect(states).toBeGreaterThan(100_000);
  });

  it.each(WEAKENINGS)('breaks one if the rules are weakened: $name', ({ rules, bounds, breaks }) => {
    const { broken } = explore(bounds, rules);
    expect(broken?.promise).toBe(breaks);
    expect(broken?.history.at(-1)).toMatch(/^r\d arrives: /);
    expect(explore(bounds).broken).toBeNull();
  });
});
