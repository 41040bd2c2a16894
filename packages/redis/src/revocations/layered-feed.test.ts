import {
  type AuditLog,
  memoryRevocationFeed,
  type RevocationFeed,
  type RevocationNotice,
  StoreUnavailableError,
  systemClock,
} from '@latchkey/core';
import { revocationFeedContract } from '@latchkey/core/testing/contracts';
import { hear, oneTransaction } from '@latchkey/core/testing/internal';
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
for (const [name, quick] of [
  ['another', another],
  ['one that is out', () => out],
] as const)
  revocationFeedContract(`a feed made faster by ${name}`, vitest, async () => {
    const { afterCommit, transaction } = oneTransaction();
    const feed = layeredFeed(another(afterCommit), quick(afterCommit));
    return { feeds: [feed, feed], now: systemClock.now, transaction, close: async () => {} };
  });

describe('a feed made faster', () => {
  it('hands over what the quick one says first, and is confirmed by the sure one only', async () => {
    const quick = memoryRevocationFeed(systemClock);
    const ear = await hear(layeredFeed(silent, quick));
    await quick.publish([notice]);
    expect([ear.of('u'), ear.confirmedAt()]).toEqual([[notice], Number.NEGATIVE_INFINITY]);
    await ear.close();
  });

  it('needs the sure one: what that cannot take or say is an outage', async () => {
    const feed = layeredFeed(out, memoryRevocationFeed(systemClock));
    await expect(feed.publish([notice])).rejects.toThrow(StoreUnavailableError);
    await expect(hear(feed)).rejects.toThrow(StoreUnavailableError);
  });

  it('follows the quick one when it is there again', async () => {
    vi.useFakeTimers();
    const quick = memoryRevocationFeed(systemClock);
    const { subscribe } = quick;
    quick.subscribe = out.subscribe;
    const ear = await hear(layeredFeed(silent, quick));
    quick.subscribe = subscribe;
    await vi.advanceTimersByTimeAsync(5_000);
    await quick.publish([notice]);
    expect(ear.of('u')).toEqual([notice]);
    await ear.close();
    vi.useRealTimers();
  });
});
