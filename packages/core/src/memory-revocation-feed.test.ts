import * as vitest from 'vitest';
import { systemClock } from './clock.ts';
import { memoryRevocationFeed } from './memory-revocation-feed.ts';
import { revocationFeedContract } from './testing/index.ts';

revocationFeedContract('the feed in memory', vitest, async () => {
  let waiting: (() => void | Promise<void>)[] | null = null;
  const feed = memoryRevocationFeed(systemClock, async (tell) => (waiting ? void waiting.push(tell) : tell()));
  return {
    feeds: [feed, feed],
    now: systemClock.now,
    async transaction(work) {
      const own: (() => void | Promise<void>)[] = [];
      waiting = own;
      const result = await work().finally(() => {
        waiting = null;
      });
      for (const tell of own) await tell();
      return result;
    },
    close: async () => {},
  };
});
