import { useEffect, useState } from 'react';
import { trpc } from '../../lib/trpc.ts';
import { secondsLeft, type TokenLife, waitForExpiry } from './countdown.ts';

/**
 * Returns the whole seconds until an access token expires. Renders only when the number changes.
 */
export function useSecondsLeft(life: TokenLife): number {
  const [seconds, setSeconds] = useState(() => Math.ceil(secondsLeft(life, performance.now())));

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const left = secondsLeft(life, performance.now());
      setSeconds(Math.ceil(left));
      const untilNext = (left - Math.ceil(left) + 1) * 1000;
      if (left > 0) timer = setTimeout(tick, untilNext + 5);
    };
    tick();
    return () => clearTimeout(timer);
  }, [life]);

  return seconds;
}

/**
 * Queries the session after the access token has expired: the server renews the token in that
 * request. A hidden page waits until it becomes visible.
 */
export function useRefetchAtExpiry(life: TokenLife | null): void {
  const { refetch } = trpc.useUtils().auth.session;

  useEffect(() => {
    if (!life) return;
    const ask = () => document.visibilityState === 'visible' && void refetch();
    const timer = setTimeout(ask, waitForExpiry(life, performance.now(), Math.random()));
    return () => clearTimeout(timer);
  }, [life, refetch]);
}
