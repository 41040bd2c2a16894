import { describe, expect, it } from 'vitest';
import type { InspectorAnswer } from '../inspector-event.ts';
import { eventOf, refreshedOf, timesOf } from '../testing/events.ts';
import { describeAnswer, filterLines, foldEvents, plainText } from './fold.ts';

const answer = (request: number, path = '/trpc/dashboard'): InspectorAnswer => ({
  request,
  method: 'GET',
  path,
  status: 200,
  milliseconds: 6,
  setCookies: [{ name: 'X-Access-Token', isCleared: false }],
});

describe('foldEvents', () => {
  it('F4: foldEvents shows ten equal events as one line with their number', () => {
    const lines = foldEvents([
      refreshedOf(1),
      ...timesOf(10, () => refreshedOf(1, 'reissue')),
      refreshedOf(2),
    ]);
    expect(lines.map(({ count }) => count)).toEqual([1, 10, 1]);
    expect(plainText(lines[1] as (typeof lines)[0])).toMatch(/^10 × This browser got a new access/);
  });

  it('foldEvents puts the answer of its request beside each event, and equal answers once', () => {
    const events = [
      ...[1, 2, 3].map((request) => refreshedOf(1, 'converge', 'browser', { request })),
      refreshedOf(2, 'rotate', 'thief'),
    ];
    const lines = foldEvents(events, [answer(1), answer(2), answer(3, '/refresh')]);
    expect(lines.map(({ answers }) => answers)).toEqual([
      [
        'GET /trpc/dashboard → 200, Set-Cookie: X-Access-Token',
        'GET /refresh → 200, Set-Cookie: X-Access-Token',
      ],
      [],
    ]);
  });

  it('foldEvents keeps the order of the events, and gives each line another key', () => {
    const lines = foldEvents([refreshedOf(1), eventOf({ kind: 'dropped' }), refreshedOf(2)]);
    expect(lines.map(({ event }) => event.kind)).toEqual(['refreshed', 'dropped', 'refreshed']);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(3);
  });
});

it('describeAnswer names cleared cookies, and says if there are none', () => {
  const cleared = { ...answer(1), setCookies: [{ name: 'X-Access-Token', isCleared: true }] };
  expect(describeAnswer(cleared)).toContain('Set-Cookie: X-Access-Token (cleared)');
  expect(describeAnswer({ ...cleared, setCookies: [] })).toBe(
    'GET /trpc/dashboard → 200, no Set-Cookie',
  );
});

it('filterLines finds words of the events and of their requests, in any case', () => {
  const lines = foldEvents(
    [refreshedOf(1, 'rotate', 'browser', { request: 1 }), eventOf({ kind: 'dropped' })],
    [answer(1)],
  );
  expect(filterLines(lines, ' ROTATED ')).toHaveLength(1);
  expect(filterLines(lines, 'dashboard')).toHaveLength(1);
  expect(filterLines(lines, '')).toHaveLength(2);
  expect(filterLines(lines, 'nothing like this')).toEqual([]);
});
