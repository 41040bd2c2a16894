import type { Clock } from '../lib/clock.ts';
import type { Client } from './client.ts';
import type { OnEvent } from './security-event.ts';

const INTERVAL_MS = 60_000;
/** How many IP addresses are remembered. A further one clears the list, so an event may repeat. */
const MAX_ADDRESSES = 1_000;

/** Emits `session.ambiguous` at most once a minute for each IP address. */
export function ambiguityReport(clock: Clock, onEvent: OnEvent): (client: Client) => void {
  const reportedAt = new Map<string | null, number>();
  return ({ userAgent, ipAddress }) => {
    const at = clock.now();
    if (Math.abs(at - (reportedAt.get(ipAddress) ?? Number.NEGATIVE_INFINITY)) < INTERVAL_MS)
      return;
    if (reportedAt.size >= MAX_ADDRESSES) reportedAt.clear();
    reportedAt.set(ipAddress, at);
    onEvent({ kind: 'session.ambiguous', at, userAgent, ipAddress });
  };
}
