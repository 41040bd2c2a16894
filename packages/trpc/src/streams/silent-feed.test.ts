import type { RevocationFeed } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overSse, watch } from '../testing/stream-clients.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

/** Creates a feed that reports up to date once, and never again. */
const silentFeed = (now: () => number): RevocationFeed => ({
  publish: async () => {},
  async subscribe(subscriber) {
    subscriber.onUpToDate(now());
    return { close: async () => {} };
  },
});

let app: TestApp;
beforeEach(async () => {
  const clock = settableClock();
  app = await startTestApp({
    clock,
    feed: silentFeed(clock.now),
    options: { accessTokenSeconds: 600 },
  });
});
afterEach(() => app.close());

const asked = () => app.store.calls.filter((verb) => verb === 'find').length;

describe('a stream while the feed of revocations is lost', () => {
  it('a stream reads the store every few seconds while the feed is lost, and ends with its session', async () => {
    const browser = await app.signedIn('bob');
    const { client } = overSse(app.origin, browser);
    const stream = watch(client.streams.follow, {});
    await stream.started;
    const sessionId = app.decisions.at(-1)?.session.principal?.sessionId ?? '';
    await app.clock.pass(4);
    expect(asked()).toBe(0);
    await app.clock.pass(1);
    expect(asked()).toBe(1);
    await app.clock.pass(2.9);
    expect(asked()).toBe(1);
    await app.store.revoke(sessionId, 'administrator', app.clock.now());
    app.clock.advance(3);
    expect(await stream.ended).toBe('session_revoked');
  });

  it('ends a stream with store_unavailable while feed and store are out, and its client reconnects', async () => {
    const browser = await app.signedIn('bob');
    const { client } = overSse(app.origin, browser);
    const states: (string | undefined)[] = [];
    const data: number[] = [];
    const subscription = client.streams.follow.subscribe(
      { lastEventId: '0' },
      {
        onData: (event) => void data.push(event.data),
        onConnectionStateChange: ({ state, error }) =>
          void states.push(error?.data?.reason ?? state),
      },
    );
    app.log.append();
    await expect.poll(() => data).toEqual([1]);
    app.store.out = true;
    app.clock.advance(5);
    await expect.poll(() => states).toContain('store_unavailable');
    app.store.out = false;
    app.log.append();
    await expect.poll(() => data, { timeout: 6_000 }).toEqual([1, 2]);
    subscription.unsubscribe();
  });
});
