import { useEffect, useState } from 'react';

/**
 * The computer's time in milliseconds since the epoch, for words like "a minute ago". Renders again
 * every half minute.
 */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
