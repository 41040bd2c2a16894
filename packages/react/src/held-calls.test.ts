import { describe, expect, it } from 'vitest';
import { createHeldCalls, type HeldCall } from './held-calls.ts';

/** Calls that write down what becomes of them. */
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

describe('calls that found the session over', () => {
  it('go out once the same person is back: changes one by one in their order, then questions together', async () => {
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

  it("are never made in another person's name", async () => {
    const { lines, call } = diary();
    const held = createHeldCalls();
    held.hold(call('a', 'mutation'));
    held.hold(call('b', 'query'));
    await held.settle('bob');
    await held.settle('ann');
    expect(lines).toEqual(['a refused', 'b refused']);
  });

  it('are let go of by whoever no longer waits', async () => {
    const { lines, call } = diary();
    const held = createHeldCalls();
    held.hold(call('a', 'mutation'))();
    expect(held.size).toBe(0);
    await held.settle('ann');
    expect(lines).toEqual([]);
  });

  it('get their refusals back when the page is given up', async () => {
    const { lines, call } = diary();
    const held = createHeldCalls();
    held.hold(call('a', 'mutation'));
    held.refuseAll();
    expect(lines).toEqual(['a refused']);
  });
});
