import { useEffect, useState } from 'react';

/**
 * Returns the client's time in milliseconds since the epoch, for texts like "a minute ago". Renders
 * again every 30 seconds.
 */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
