import {
  type AuditLog,
  memoryRevocationFeed,
  type RevocationFeed,
  type RevocationNotice,
  StoreUnavailableError,
  systemClock,
} from '@latchkey/core';
import { oneTransaction } from '@latchkey/core/testing';
import { recordNotices, revocationFeedContract } from '@latchkey/core/testing/contracts';
import * as vitest from 'vitest';
import { describe, expect, it, vi } from 'vitest';
import { layeredFeed } from './layered-feed.ts';

const out: RevocationFeed = {
  publish: () => Promise.reject(new StoreUnavailableError('out')),
  subscribe: () => Promise.reject(new StoreUnavailableError('out')),
};
const silent: RevocationFeed = {
  publish: async () => {},
  subscribe: async () => ({ close: async () => {} }),
};
const notice: RevocationNotice = {
  kind: 'session',
  userId: 'u',
  sessionId: 's',
  reason: 'signed_out',
  at: systemClock.now(),
};

const another = (afterCommit: AuditLog['afterCommit']) =>
  memoryRevocationFeed(systemClock, afterCommit);
for (const [name, fast] of [
  ['another', another],
  ['one that is out', () => out],
] as const)
  revocationFeedContract(`a durable feed beside ${name}`, vitest, async () => {
    const { afterCommit, transaction } = oneTransaction();
    const feed = layeredFeed(another(afterCommit), fast(afterCommit));
    return { feeds: [feed, feed], now: systemClock.now, transaction, close: async () => {} };
  });

describe('a layered feed', () => {
  it('delivers the notices of the fast feed first; only the durable feed reports up to date', async () => {
    const fast = memoryRevocationFeed(systemClock);
    const subscriber = await recordNotices(layeredFeed(silent, fast));
    await fast.publish([notice]);
    expect([subscriber.of('u'), subscriber.confirmedAt()]).toEqual([
      [notice],
      Number.NEGATIVE_INFINITY,
    ]);
    await subscriber.close();
  });

  it('rejects a subscription to a layered feed while the durable feed is out', async () => {
    const feed = layeredFeed(out, memoryRevocationFeed(systemClock));
    await expect(feed.publish([notice])).rejects.toThrow(StoreUnavailableError);
    await expect(recordNotices(feed)).rejects.toThrow(StoreUnavailableError);
  });

  it('subscribes to the fast feed once it is available again', async () => {
    vi.useFakeTimers();
    const fast = memoryRevocationFeed(systemClock);
    const { subscribe } = fast;
    fast.subscribe = out.subscribe;
    const subscriber = await recordNotices(layeredFeed(silent, fast));
    fast.subscribe = subscribe;
    await vi.advanceTimersByTimeAsync(5_000);
    await fast.publish([notice]);
    expect(subscriber.of('u')).toEqual([notice]);
    await subscriber.close();
    vi.useRealTimers();
  });
});
