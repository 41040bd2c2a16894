import type { Clock, SessionLayer } from '@latchkey/core';
import type { SqlLiveSessions } from '@latchkey/sql';
import type { StreamRegistry } from '@latchkey/trpc/streams';
import type { PasswordHasher } from '../accounts/passwords.ts';
import { countLiveSessions } from './live-sessions.ts';
import type { Metrics } from './metrics.ts';

interface Gauged {
  readonly streams: StreamRegistry;
  readonly hasher: PasswordHasher;
  readonly layer: Pick<SessionLayer, 'isFeedUpToDate'>;
  /** The live sessions of all users; null where sessions are in Redis. */
  readonly liveSessions: SqlLiveSessions | null;
  readonly clock: Clock;
}

/** The gauges of one node. */
export function nodeGauges(
  metrics: Pick<Metrics, 'gauge'>,
  { streams, hasher, layer, liveSessions, clock }: Gauged,
): void {
  metrics.gauge('latchkey_streams_open', 'Streams that are open on this node.', () => streams.size);
  metrics.gauge(
    'latchkey_passwords_waiting',
    'Passwords waiting to be hashed or verified on this node.',
    () => hasher.waiting,
  );
  const isUpToDate = () => Number(layer.isFeedUpToDate());
  metrics.gauge(
    'latchkey_feed_confirmed',
    '1 while the revocation feed of this node is up to date; 0 while it asks the store at every request.',
    isUpToDate,
  );
  const countLive = liveSessions && countLiveSessions(liveSessions, clock);
  if (countLive)
    metrics.gauge(
      'latchkey_sessions_live',
      'Live sessions on all nodes; counted up to 10,000.',
      countLive,
    );
}
