import { describe, expect, it } from 'vitest';
import { createHeldCalls, type HeldCall } from './held-calls.ts';

/** Creates held calls that record what happens to them. */
function diary() {
  const lines: string[] = [];
  const call = (name: string, kind: HeldCall['kind'], person = 'ann'): HeldCall => ({
    kind,
    person,
    refuse: () => void lines.push(`${name} refused`),
    async send() {
      lines.push(`${name} sent`);
      await Promise.resolve();
      lines.push(`${name} answered`);
    },
  });
  return { lines, call };
}

describe('held calls', () => {
  it('sends held calls once the same user is back: mutations in order, then queries together', async () => {
    const { lines, call } = diary();
    const held = createHeldCalls();
    for (const one of [
      call('a', 'query'),
      call('b', 'mutation'),
      call('c', 'query'),
      call('d', 'mutation'),
    ])
      held.hold(one);
    await held.settle('ann');
    expect(lines).toEqual([
      'b sent',
      'b answered',
      'd sent',
      'd answered',
      'a sent',
      'c sent',
      'a answered',
      'c answered',
    ]);
    await held.settle('ann');
    expect(lines).toHaveLength(8);
  });

  it('refuses held calls when another user signs in', async () => {
    const { lines, call } = diary();
    const held = createHeldCalls();
    held.hold(call('a', 'mutation'));
    held.hold(call('b', 'query'));
    await held.settle('bob');
    await held.settle('ann');
    expect(lines).toEqual(['a refused', 'b refused']);
  });

  it('drops held calls when their caller no longer waits', async () => {
    const { lines, call } = diary();
    const held = createHeldCalls();
    held.hold(call('a', 'mutation'))();
    expect(held.size).toBe(0);
    await held.settle('ann');
    expect(lines).toEqual([]);
  });

  it('refuses held calls when the page is closed', async () => {
    const { lines, call } = diary();
    const held = createHeldCalls();
    held.hold(call('a', 'mutation'));
    held.refuseAll();
    expect(lines).toEqual(['a refused']);
  });
});
