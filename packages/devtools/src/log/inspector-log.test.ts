import { describe, expect, it } from 'vitest';
import type { InspectorEvent } from '../inspector-event.ts';
import { describeInspectorEvent, describeTheft, toneOf } from './describe-event.ts';
import {
  afterAnswer,
  afterEvent,
  afterHello,
  type InspectorLog,
  NO_LOG,
  theftOf,
} from './inspector-log.ts';

let id = 0;
const event = <Fact extends object>(fact: Fact, at = 1_000) =>
  ({ ...fact, id: ++id, at }) as unknown as InspectorEvent;
const refreshed = (by: 'browser' | 'thief', generation: number) =>
  event({ kind: 'refreshed', by, decision: 'rotate', generation, accessTokenSeconds: 60 });
const logOf = (...events: InspectorEvent[]): InspectorLog =>
  events.reduce((log, one) => afterEvent(log, one, 0), NO_LOG);

describe('the log', () => {
  const hello = (...events: InspectorEvent[]) => ({
    graceSeconds: 15,
    settleSeconds: 60,
    canSkip: true,
    events,
    answers: [],
  });

  it('the log starts with the events that the server kept, oldest first, and adds new ones', () => {
    const [first, second, third] = [
      event({ kind: 'issued' }),
      refreshed('browser', 1),
      refreshed('browser', 2),
    ];
    const begun = afterHello(NO_LOG, hello(first, second));
    expect(begun).toMatchObject({
      stream: 'open',
      events: [first, second],
      terms: { graceSeconds: 15, settleSeconds: 60, canSkip: true },
    });
    expect(afterEvent(begun, third, 0).events).toEqual([first, second, third]);
  });

  it('the log goes on with a new stream, without duplicates and without losing older events', () => {
    const [old, first] = [event({ kind: 'issued' }, 500), refreshed('browser', 1)];
    const before = afterHello(NO_LOG, hello(old, first));
    expect(afterHello(before, hello(first)).events).toEqual([old, first]);
    expect(afterHello(before, hello()).events).toEqual([old, first]);
  });

  it('the log keeps the last 500 events and each answer once', () => {
    const events = Array.from({ length: 510 }, (_, generation) => refreshed('browser', generation));
    expect(logOf(...events).events).toHaveLength(500);
    expect(logOf(...events).events.at(-1)).toBe(events[509]);
    const answer = {
      request: 7,
      method: 'GET',
      path: '/',
      status: 200,
      milliseconds: 1,
      setCookies: [],
    };
    const log = afterAnswer(NO_LOG, answer);
    expect(afterHello(log, { ...hello(), answers: [answer] }).answers).toEqual([answer]);
  });

  it("the log follows the browser's access token through its refreshes and its removal", () => {
    const life = { receivedAt: 7, secondsLeft: 60, lifetimeSeconds: 60 };
    const renewed = afterEvent(NO_LOG, refreshed('browser', 1), 7);
    expect(renewed.token).toEqual({ at: 7, life });
    expect(afterEvent(renewed, refreshed('thief', 2), 8).token).toEqual({ at: 7, life });
    expect(afterEvent(renewed, event({ kind: 'dropped' }), 9).token).toEqual({ at: 9, life: null });
  });
});

describe('a theft', () => {
  const REUSED =
    'This browser presented refresh token 3 again, though its successor was in use: ' +
    'the session was at token 4 (reuse). 1 session ended.';
  const copied = event({ kind: 'copied', generation: 3 });
  const settling = event({ kind: 'waiting', why: 'settle', seconds: 40 }, 5_000);
  const grace = event({ kind: 'waiting', why: 'grace', seconds: 15 }, 50_000);
  const due = event({ kind: 'due' });
  const refused = event({ kind: 'refused', by: 'thief', reason: 'session_revoked' });
  const reuse = event({
    kind: 'reuse',
    by: 'browser',
    presentedGeneration: 3,
    generation: 4,
    sessionsEnded: 1,
  });
  const skipped = event({ kind: 'skipped', why: 'settle', seconds: 40 });

  it.each<[string, InspectorEvent[], ReturnType<typeof theftOf>]>([
    ['has not begun', [event({ kind: 'issued' }), refreshed('browser', 1)], { stage: 'none' }],
    ['waits to rotate', [copied, settling], { stage: 'waiting', why: 'settle', until: 45_000 }],
    [
      'waits out the grace',
      [copied, settling, refreshed('thief', 4), grace],
      { stage: 'waiting', why: 'grace', until: 65_000 },
    ],
    ['no longer waits once the time was skipped', [copied, settling, skipped], { stage: 'due' }],
    ['is due', [copied, refreshed('thief', 4), grace, due], { stage: 'due' }],
    [
      'is found out',
      [copied, refreshed('thief', 4), grace, due, reuse],
      { stage: 'over', last: reuse },
    ],
    ['comes too late', [copied, refused], { stage: 'over', last: refused }],
    [
      'begins again',
      [copied, reuse, copied, settling],
      { stage: 'waiting', why: 'settle', until: 45_000 },
    ],
  ])('derives the state of a theft from the events: %s', (_title, events, theft) =>
    expect(theftOf(logOf(...events))).toEqual(theft),
  );

  it('counts the seconds of a theft down to 0, and not below', () => {
    const theft = theftOf(logOf(copied, grace));
    expect(describeTheft(theft, 50_000)).toBe('The copied token is used up in 15 s.');
    expect(describeTheft(theft, 64_001)).toBe('The copied token is used up in 1 s.');
    expect(describeTheft(theft, 99_000)).toBe('The copied token is used up in 0 s.');
    expect(describeTheft({ stage: 'none' }, 0)).toBeNull();
  });

  it('describes the end of a theft by the event that revealed it', () => {
    expect(describeTheft(theftOf(logOf(copied, due, reuse)), 0)).toBe(
      `The theft is over. ${REUSED}`,
    );
    expect(describeTheft({ stage: 'over', last: null }, 0)).toBe('The theft is over.');
  });

  it('marks the actions of the thief as dangerous', () => {
    expect([refreshed('browser', 4), refreshed('thief', 4)].map(toneOf)).toEqual([
      'good',
      'danger',
    ]);
    expect(describeInspectorEvent(refreshed('thief', 4))).toBe(
      'The thief used refresh token 3 and got token 4 for it (rotated).',
    );
    expect(describeInspectorEvent(reuse)).toBe(REUSED);
  });
});
