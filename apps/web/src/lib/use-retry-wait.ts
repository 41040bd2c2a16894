import { reasonOf, retryAfterSecondsOf } from '@latchkey/react';
import { useEffect, useState } from 'react';

/**
 * How many seconds whoever tried too often still has to wait, counting down by itself; 0 when
 * nothing keeps them.
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
 * What is worth saying aloud when so much of a wait is left: a minute, half of one, ten seconds.
 * The length of it has been said, and each second would be noise.
 */
export function spokenWait(seconds: number): number | null {
  return SPOKEN.find((moment) => seconds <= moment && seconds > moment - 3) ?? null;
}

/** As on a kitchen timer: `900` is "15:00". */
export function formatCountdown(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
