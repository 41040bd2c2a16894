import { reasonOf, retryAfterSecondsOf } from '@latchkey/react';
import { useEffect, useState } from 'react';

/**
 * Returns the seconds until the next attempt after a rate limit, counting down; 0 if there is no
 * wait.
 */
export function useRetryWait(error: unknown): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const seconds = reasonOf(error) === 'rate_limited' ? (retryAfterSecondsOf(error) ?? 60) : 0;
    const until = performance.now() + seconds * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1000)));
    tick();
    if (seconds === 0) return;
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}

const SPOKEN = [60, 30, 10];

/**
 * Returns the remaining seconds that a screen reader announces: 60, 30 and 10, each for three
 * seconds; otherwise null. The whole wait was announced at its start, and each second would be
 * noise.
 */
export function spokenWait(seconds: number): number | null {
  return SPOKEN.find((moment) => seconds <= moment && seconds > moment - 3) ?? null;
}

/** Formats seconds as minutes and seconds: `900` is "15:00". */
export function formatCountdown(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
