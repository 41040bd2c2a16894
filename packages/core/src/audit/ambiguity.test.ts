import { describe, expect, it } from 'vitest';
import { createSessionLayer } from '../session-layer.ts';
import { alice, layerFixture, ring } from '../testing/fixtures/layer-fixture.ts';
import type { LayerEvent } from './security-event.ts';

const fixture = layerFixture();

const users = { findUser: async () => alice };

describe('reportAmbiguity', () => {
  it('emits session.ambiguous once a minute for each address', () => {
    const told: LayerEvent[] = [];
    const reporting = createSessionLayer({
      ring,
      store: fixture.store,
      users,
      clock: fixture.clock,
      onEvent: (event) => told.push(event),
    });
    const report = (ipAddress: string | null) =>
      reporting.reportAmbiguity({ userAgent: 'test', ipAddress });
    report('192.0.2.1');
    report('192.0.2.1');
    report('192.0.2.2');
    report(null);
    expect(told.map((event) => 'ipAddress' in event && event.ipAddress)).toEqual([
      '192.0.2.1',
      '192.0.2.2',
      null,
    ]);
    fixture.clock.advance(59.999);
    report('192.0.2.1');
    expect(told).toHaveLength(3);
    fixture.clock.advance(0.001);
    report('192.0.2.1');
    expect(told.at(-1)).toEqual({
      kind: 'session.ambiguous',
      at: fixture.clock.now(),
      userAgent: 'test',
      ipAddress: '192.0.2.1',
    });
  });

  it('emits session.ambiguous again after more addresses than are remembered', () => {
    const told: LayerEvent[] = [];
    const reporting = createSessionLayer({
      ring,
      store: fixture.store,
      users,
      clock: fixture.clock,
      onEvent: (event) => told.push(event),
    });
    for (let n = 0; n <= 1_000; n++)
      reporting.reportAmbiguity({ userAgent: null, ipAddress: `2001:db8::${n.toString(16)}` });
    reporting.reportAmbiguity({ userAgent: null, ipAddress: '2001:db8::0' });
    expect(told).toHaveLength(1_002);
  });
});
