import { describe, expect, it } from 'vitest';
import { type Constants, needsOf, UTILISATION, wholePages } from './needs.ts';
import { TYPICAL } from './usage.ts';

const spent = { perSecond: 1_000, cpu: 1e-4 };
const store = { bytesPerSession: 1_000, rotation: spent, acknowledgement: { ...spent, cpu: 1e-5 } };
const constants: Constants = {
  app: {
    requestsPerSecond: 2_000,
    firstSightsPerSecond: 5_000,
    knownPerSecond: 1e6,
    cpuPerRefresh: 1e-4,
    cookieBytes: 600,
    setCookieBytes: 900,
  },
  stores: { SQLite: store, PostgreSQL: store, Redis: store },
  wal: { rotation: 500, acknowledgement: 300 },
};
const needs = (users: number, access = 600, name: 'PostgreSQL' | 'Redis' = 'PostgreSQL') =>
  needsOf({ ...TYPICAL, users }, access, name, constants);

describe('the needs of a number of sessions', () => {
  it('the needs grow linearly with sessions, and acknowledgements slightly faster', () => {
    const [one, ten] = [needs(1_000_000), needs(10_000_000)];
    expect(ten.rates.rotations / one.rates.rotations).toBeCloseTo(10);
    expect(ten.bytes / one.bytes).toBeCloseTo(10);
    expect(ten.nodes / one.nodes).toBeGreaterThan(9);
    expect(ten.rates.acknowledgements / one.rates.acknowledgements).toBeGreaterThan(10);
  });

  it('sizing plans enough nodes to keep each below its share of load', () => {
    const { rates, nodes } = needs(1_000_000);
    const busy =
      rates.requests / 2_000 +
      rates.acknowledgements / 5_000 +
      (rates.rotations + rates.signIns) * 1e-4;
    expect(busy / nodes).toBeLessThanOrEqual(UTILISATION);
    expect(busy / (nodes - 1)).toBeGreaterThan(UTILISATION);
  });

  it('polls for notices grow linearly with sessions, whatever the number of sign-outs', () => {
    const [ten, hundred] = [needs(10_000_000), needs(100_000_000)];
    expect(hundred.polls).toBe(10 * hundred.nodes);
    expect(hundred.polls / ten.polls).toBeLessThan(12);
  });

  it('longer access tokens reduce the load on the store and take the same space', () => {
    const [minute, hour] = [needs(10_000_000, 60), needs(10_000_000, 3_600)];
    expect(minute.storeCores).toBeGreaterThan(2 * hour.storeCores);
    expect(minute.bytes).toBeCloseTo(hour.bytes, -3);
  });

  it('sizing plans more servers if memory is the limit', () => {
    expect(needs(10_000_000).shards).toBe(1);
    expect(needs(10_000_000, 600, 'Redis').shards).toBeGreaterThan(1);
  });

  it('sizing counts a full-page write once between two checkpoints, for touched pages only', () => {
    const pages = 1_000;
    expect(wholePages(1e9, pages * 8_192)).toBeCloseTo((pages * 8_192) / 300, 0);
    expect(wholePages(1, 1e12) / 8_192).toBeCloseTo(1, 2);
  });
});
