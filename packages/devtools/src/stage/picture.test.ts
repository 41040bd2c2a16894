import { describe, expect, it } from 'vitest';
import type { InspectorEvent } from '../inspector-event.ts';
import { eventOf, refreshedOf, theftCaughtBy, timesOf } from '../testing/events.ts';
import { LEGEND, tellStory } from './describe-picture.ts';
import { pictureOf, rangeOf } from './picture.ts';

const linesOf = (events: readonly InspectorEvent[]) =>
  pictureOf(events).lines.map(
    ({ lane, generation, from, to, state }) => `${lane} ${generation} ${from}-${to} ${state}`,
  );
const marksOf = (events: readonly InspectorEvent[]) =>
  pictureOf(events).marks.map(({ kind, lane, count }) => `${count} ${lane} ${kind}`);

describe('pictureOf', () => {
  it('pictureOf draws nothing before the first event', () => {
    expect(pictureOf([])).toEqual({ marks: [], lines: [], forkAt: null, end: null });
  });

  it('pictureOf draws one line for each refresh token, from its rotation to the next', () => {
    const events = [eventOf({ kind: 'issued' }), refreshedOf(1), refreshedOf(2)];
    expect(linesOf(events)).toEqual([
      'browser 0 1-2 held',
      'browser 1 2-3 held',
      'browser 2 3-4 held',
    ]);
  });

  it('pictureOf begins with the token before the first rotation, in the middle of a session', () => {
    expect(linesOf([refreshedOf(8)])).toEqual(['browser 7 0-1 held', 'browser 8 1-2 held']);
    expect(linesOf([refreshedOf(8, 'reissue')])).toEqual(['browser 8 0-2 held']);
  });

  it('F4: pictureOf folds a race into one rotation and nine that joined', () => {
    const events = [
      eventOf({ kind: 'issued' }),
      refreshedOf(1),
      ...timesOf(9, () => refreshedOf(1, 'converge')),
      ...timesOf(10, () => refreshedOf(1, 'reissue')),
    ];
    expect(marksOf(events)).toEqual([
      '1 browser issued',
      '1 browser rotate',
      '9 browser converge',
      '10 browser reissue',
    ]);
    expect(linesOf(events)).toEqual(['browser 0 1-2 held', 'browser 1 2-5 held']);
  });

  it.each(['browser', 'thief'] as const)(
    'F5: pictureOf forks at the theft, and ends both lines where the %s is caught',
    (by) => {
      const picture = pictureOf(theftCaughtBy(by));
      expect(picture.forkAt).toBe(2);
      expect(picture.end).toEqual({ at: 6, isCaught: true });
      expect(picture.marks.at(-1)).toMatchObject({ kind: 'caught', lane: by, generation: 0 });
      expect(linesOf(theftCaughtBy(by))).toEqual([
        'thief 0 2-3 copy',
        'browser 0 1-5 held',
        'thief 1 3-6 held',
        'browser 0 5-6 used-up',
      ]);
      expect(marksOf(theftCaughtBy(by))).toContain('1 thief skipped');
    },
  );

  it('pictureOf ends the lane of a thief whose copy is refused', () => {
    const events = [
      eventOf({ kind: 'issued' }),
      eventOf({ kind: 'copied', generation: 0 }),
      eventOf({ kind: 'refused', by: 'thief', reason: 'session_revoked' }),
    ];
    expect(linesOf(events)).toEqual(['thief 0 2-3 copy', 'browser 0 1-4 held']);
    expect(pictureOf(events).end).toBeNull();
  });

  it('pictureOf ends a session that was signed out, and does not call it caught', () => {
    const events = [
      eventOf({ kind: 'issued' }),
      eventOf({ kind: 'revoked', reason: 'signed_out' }),
    ];
    expect(pictureOf(events).end).toEqual({ at: 2, isCaught: false });
  });

  it('pictureOf draws a mark with a legend for each kind of event that it draws', () => {
    for (const { kind } of pictureOf(theftCaughtBy('thief')).marks)
      expect(LEGEND[kind].means).not.toBe('');
  });
});

it.each([
  [10, 0, 1, 7],
  [3, 0, 5, 7],
  [3, 3, 2, 4],
  [3, 99, 1, 3],
])(
  'with room for %i columns, %i before the newest, columns %i to %i are drawn',
  (fit, back, first, last) => {
    const marks = Array.from({ length: 7 }, () => ({
      kind: 'rotate' as const,
      lane: 'browser' as const,
      count: 1,
      generation: 1,
    }));
    const picture = { marks, lines: [], forkAt: null, end: null };
    expect(rangeOf(picture, fit, back)).toEqual({ first, last });
  },
);

describe('tellStory', () => {
  it.each([
    ['browser', 'this browser'],
    ['thief', 'the thief'],
  ] as const)('F5: tellStory says why a theft was caught when the %s returned', (by, words) => {
    expect(tellStory(theftCaughtBy(by))).toBe(
      'A thief copied refresh token 0. The thief used the copy, so the session went on to token 1. ' +
        `Then ${words} presented token 0 again. A token that comes back after its successor is in ` +
        'use has two holders. The server cannot tell which one is the thief, so it ended all ' +
        '3 sessions of this user.',
    );
  });

  it('F4: tellStory counts the refreshes that happened', () => {
    expect(tellStory([refreshedOf(1), ...timesOf(2, () => refreshedOf(1, 'reissue'))])).toBe(
      'Refreshes in these events: 1 rotated, 2 same again.',
    );
    expect(tellStory([eventOf({ kind: 'issued' })])).toBe(
      'The refresh token has not been used in these events.',
    );
    expect(tellStory([])).toBe('Nothing has happened yet.');
  });

  it('F5: tellStory claims no theft that did not happen', () => {
    const events = [
      eventOf({ kind: 'issued' }),
      eventOf({ kind: 'revoked', reason: 'signed_out' }),
    ];
    expect(tellStory(events)).toBe('The session was ended (signed_out).');
    expect(tellStory(events.slice(0, 1))).not.toContain('thief');
  });

  it('tellStory says that a copy was refused at once', () => {
    expect(
      tellStory([
        eventOf({ kind: 'copied', generation: 2 }),
        eventOf({ kind: 'refused', by: 'thief', reason: 'session_revoked' }),
      ]),
    ).toBe('A thief copied refresh token 2. The copy was refused (session_revoked).');
  });
});
