import { describe, expect, it } from 'vitest';
import { callScheduler } from './call-scheduler.ts';

const LIMITS = { maxCallsPerConnection: 2, maxCallsPerUser: 3, maxAnonymousCalls: 2 };
const turn = () => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let n = 0; n < count; n++) await turn();
};

function scenario(limits = LIMITS) {
  const scheduler = callScheduler(limits);
  const started: string[] = [];
  const connect = (owner: string | null, name: string) => {
    let count = 0;
    const emptied = { times: 0 };
    const queue = scheduler.connect(owner, () => emptied.times++);
    const push = (calls: number, isCall = true) => {
      for (let n = 0; n < calls; n++) {
        const label = `${name}${++count}`;
        queue.push({ calls: isCall ? 1 : 0, run: () => started.push(label) });
      }
    };
    return { queue, push, emptied };
  };
  return { started, connect };
}

describe('callScheduler', () => {
  it('starts calls of a connection up to its limit, and the next when one is answered', async () => {
    const { started, connect } = scenario();
    const { queue, push } = connect('bob', 'b');
    push(4);
    await turns(3);
    expect([started, queue.waiting]).toEqual([['b1', 'b2'], 2]);
    queue.release();
    await turns(2);
    expect(started).toEqual(['b1', 'b2', 'b3']);
  });

  it("limits one user's calls over all connections, and does not delay another user", async () => {
    const { started, connect } = scenario();
    const [first, second, other] = [
      connect('bob', 'x'),
      connect('bob', 'y'),
      connect('alice', 'a'),
    ];
    first.push(2);
    second.push(2);
    other.push(2);
    await turns(4);
    expect(started.toSorted()).toEqual(['a1', 'a2', 'x1', 'x2', 'y1']);
    first.queue.release();
    await turns(2);
    expect(started).toContain('y2');
  });

  it('counts all anonymous connections as one caller when it shares out calls', async () => {
    const { started, connect } = scenario();
    const [first, second] = [connect(null, 'x'), connect(null, 'y')];
    first.push(2);
    second.push(2);
    await turns(4);
    expect(started).toEqual(['x1', 'x2']);
    first.queue.release();
    await turns(2);
    expect(started).toEqual(['x1', 'x2', 'y1']);
  });

  it('serves users in turn, however many connections and calls one has', async () => {
    const { started, connect } = scenario({
      maxCallsPerConnection: 100,
      maxCallsPerUser: 1_000,
      maxAnonymousCalls: 1,
    });
    for (let n = 0; n < 5; n++) connect('bob', `b${n}-`).push(50);
    connect('alice', 'a').push(3);
    await turns(6);
    const alices = started
      .map((label, index) => [label, index] as const)
      .filter(([label]) => label.startsWith('a'));
    expect(alices).toHaveLength(3);
    expect(alices.at(-1)?.[1]).toBeLessThan(4 + 2 * 4);
  });

  it('starts at most four calls per turn of the event loop', async () => {
    const { started, connect } = scenario({
      maxCallsPerConnection: 100,
      maxCallsPerUser: 1_000,
      maxAnonymousCalls: 100,
    });
    const { push } = connect('bob', 'b');
    push(10);
    connect(null, 'n').push(10);
    const counts = [started.length];
    for (let n = 0; n < 4; n++) {
      await turn();
      counts.push(started.length);
    }
    expect(counts).toEqual([4, 8, 12, 16, 20]);
  });

  it('starts no job of a held connection, and keeps the order', async () => {
    const { started, connect } = scenario();
    const { queue, push } = connect('bob', 'b');
    queue.hold(true);
    push(1, false);
    push(1);
    await turns(2);
    expect(started).toEqual([]);
    queue.hold(false);
    await turns(2);
    expect(started).toEqual(['b1', 'b2']);
  });

  it('starts messages that are not calls without a slot, in order', async () => {
    const { started, connect } = scenario();
    const { push } = connect('bob', 'b');
    push(2);
    push(1, false);
    push(1);
    push(1, false);
    await turns(3);
    expect(started).toEqual(['b1', 'b2', 'b3']);
  });

  it('callScheduler reports when a connection has no waiting job left', async () => {
    const { connect } = scenario();
    const { queue, push, emptied } = connect('bob', 'b');
    push(3);
    expect(emptied.times).toBe(0);
    queue.release();
    await turns(2);
    expect(emptied.times).toBe(1);
  });

  it('counts each call of a batch, and starts a batch above the limit when it is alone', async () => {
    const { started, connect } = scenario();
    const { queue } = connect('bob', 'b');
    for (const calls of [2, 5, 1]) queue.push({ calls, run: () => started.push(`${calls}`) });
    expect(started).toEqual(['2']);
    queue.release(2);
    await turns(2);
    expect(started).toEqual(['2', '5']);
    queue.release(5);
    await turns(2);
    expect(started).toEqual(['2', '5', '1']);
  });

  it('drops the waiting jobs of a closed connection and releases its running calls', async () => {
    const { started, connect } = scenario();
    const gone = connect('bob', 'g');
    const other = connect('bob', 'o');
    gone.push(4);
    await turns(2);
    gone.queue.close();
    gone.push(1);
    gone.queue.release();
    gone.queue.release();
    other.push(3);
    await turns(3);
    expect(started).toEqual(['g1', 'g2', 'o1', 'o2']);
    other.queue.release();
    await turns(2);
    expect(started).toContain('o3');
  });
});
