import type { SessionAnswer } from '@latchkey/react';
import { describe, expect, it } from 'vitest';
import { lifeIn, secondsLeft } from './token-life.ts';

const answer = (accessTokenSecondsLeft: number | null) =>
  ({ accessTokenSecondsLeft, accessTokenSeconds: 60 }) as SessionAnswer;

describe('the life of an access token', () => {
  it("counts a token's life from the arrival of the answer, however late the panel reads it", () => {
    const life = lifeIn(answer(50), 20_000, 8_000);
    expect(life).toEqual({ receivedAt: 12_000, secondsLeft: 50, lifetimeSeconds: 60 });
    expect(secondsLeft(life, 20_000)).toBe(42);
  });

  it("ends a token's remaining life at 0", () => {
    expect(secondsLeft(lifeIn(answer(5), 0, 0), 5_001)).toBe(0);
    expect(secondsLeft(lifeIn(answer(null), 0, 0), 0)).toBe(0);
  });
});
