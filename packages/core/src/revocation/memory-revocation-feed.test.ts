import * as vitest from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { revocationFeedContract } from '../testing/contracts/index.ts';
import { oneTransaction } from '../testing/index.ts';
import { memoryRevocationFeed } from './memory-revocation-feed.ts';

revocationFeedContract('memoryRevocationFeed', vitest, async () => {
  const { afterCommit, transaction } = oneTransaction();
  const feed = memoryRevocationFeed(systemClock, afterCommit);
  return { feeds: [feed, feed], now: systemClock.now, transaction, close: async () => {} };
});
