import type { SessionAnswer } from '@latchkey/react';
import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  afterManualRefresh,
  NO_HISTORY,
  type SessionHistory,
} from './rotation-history.ts';

function answer(
  generation: number,
  refreshed: SessionAnswer['refreshed'] = null,
  sessionId = 's1',
): SessionAnswer {
  return {
    principal: {
      claims: {},
      userId: 'u1',
      username: 'admin',
      role: 'Admin',
      sessionId,
      generation,
    },
    reason: null,
    accessTokenSecondsLeft: 60,
    accessTokenSeconds: 60,
    refreshed,
    cookies: [],
  };
}

const signedOut: SessionAnswer = {
  ...answer(0),
  principal: null,
  reason: 'no_credentials',
  accessTokenSecondsLeft: null,
};
const steps = (history: SessionHistory) =>
  history.rotations.map(({ from, to, cause }) => `${from}→${to} ${cause}`);
const seen = (...answers: SessionAnswer[]) =>
  answers.reduce((history, next, index) => afterAnswer(history, next, index * 1000), NO_HISTORY);

describe('afterAnswer', () => {
  it('afterAnswer starts a history without rotations at any generation', () => {
    expect(seen(answer(7))).toMatchObject({ generation: 7, rotations: [] });
  });

  it('afterAnswer records a rotation that loading the page caused', () => {
    expect(steps(seen(answer(7, 'rotate')))).toEqual(['6→7 rotate']);
  });

  it('afterAnswer records each rotation, newest first', () => {
    expect(steps(seen(answer(0), answer(1, 'rotate'), answer(1), answer(2, 'converge')))).toEqual([
      '1→2 converge',
      '0→1 rotate',
    ]);
  });

  it('afterAnswer records a reissue without a new generation', () => {
    expect(steps(seen(answer(3), answer(3, 'reissue')))).toEqual(['3→3 reissue']);
    expect(steps(seen(answer(3, 'reissue')))).toEqual(['3→3 reissue']);
  });

  it('afterAnswer records a rotation by another request as one from elsewhere', () => {
    expect(steps(seen(answer(3), answer(5)))).toEqual(['3→5 elsewhere']);
  });

  it('afterAnswer ignores a response older than the last one', () => {
    const history = seen(answer(3), answer(4, 'rotate'));
    expect(afterAnswer(history, answer(3), 9_000)).toBe(history);
  });

  it('afterAnswer starts again with another session, and empties the history after a sign-out', () => {
    expect(seen(answer(3), answer(4, 'rotate'), answer(0, null, 's2'))).toMatchObject({
      sessionId: 's2',
      generation: 0,
      rotations: [],
    });
    expect(seen(answer(3), answer(4, 'rotate'), signedOut)).toBe(NO_HISTORY);
  });

  it('F6: afterAnswer has no countdown once the answer is without an access token', () => {
    const dropped = { ...answer(3), accessTokenSecondsLeft: null };
    expect(seen(answer(3), dropped)).toMatchObject({ generation: 3, life: null, rotations: [] });
  });

  it('afterAnswer starts the countdown when the response arrives', () => {
    expect(afterAnswer(NO_HISTORY, answer(0), 1234)).toMatchObject({
      life: { receivedAt: 1234, secondsLeft: 60, lifetimeSeconds: 60 },
    });
  });
});

describe('a manual refresh in the history', () => {
  const asked = afterManualRefresh(seen(answer(3)));

  it('a manual refresh is recorded as a rotation if the generation has grown', () => {
    expect(steps(afterAnswer(asked, answer(4), 600))).toEqual(['3→4 rotate']);
  });

  it('a manual refresh is recorded as a reissue if the generation has not grown', () => {
    expect(steps(afterAnswer(asked, answer(3), 600))).toEqual(['3→3 reissue']);
  });

  it('a manual refresh is recorded once', () => {
    expect(steps(afterAnswer(afterAnswer(asked, answer(4), 600), answer(4), 700))).toEqual([
      '3→4 rotate',
    ]);
  });
});

it('the history keeps the last 50 rotations', () => {
  const history = seen(
    ...Array.from({ length: 60 }, (_, generation) => answer(generation, 'rotate')),
  );
  expect(history.rotations).toHaveLength(50);
  expect(history.rotations[0]?.to).toBe(59);
  expect(new Set(history.rotations.map(({ id }) => id)).size).toBe(50);
});
