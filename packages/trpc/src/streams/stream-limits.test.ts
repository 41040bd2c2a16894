import { memoryRevocationFeed, OptionsError } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connected, openSocket } from '../testing/raw-socket.ts';
import { overSse, watch } from '../testing/stream-clients.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';
import { streamRegistry } from './stream-registry.ts';

let app: TestApp;
const start = async (limits?: Parameters<typeof streamRegistry>[0]) => {
  const clock = settableClock();
  app = await startTestApp({
    clock,
    feed: memoryRevocationFeed(clock),
    options: { accessTokenSeconds: 60 },
    ...(limits && { limits }),
  });
};
afterEach(() => app.close());

/** Opens an SSE stream by plain HTTP; resolves once its first bytes have arrived. */
async function openSse(cookie: string) {
  const leave = new AbortController();
  const reply = await fetch(`${app.origin}/trpc/streams.follow`, {
    headers: { cookie, accept: 'text/event-stream' },
    signal: leave.signal,
  });
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; !text.includes('connected'); ) text += (await reader?.read())?.value;
  return { reply, leave: () => leave.abort() };
}

describe('limits', () => {
  it('counts SSE and WebSockets of a user together, and frees the slots', async () => {
    await start({ maxStreamsPerUser: 3 });
    const browser = await app.signedIn('bob');
    const { call, socket } = await connected(app.origin, browser);
    const stream = watch(overSse(app.origin, browser).client.streams.follow, {});
    await stream.started;
    expect(await call('subscription', 'streams.follow')).toBe('started');

    expect(await call('subscription', 'streams.follow')).toBe('too_many_streams');
    expect(await watch(overSse(app.origin, browser).client.streams.follow, {}).ended).toBe(
      'too_many_streams',
    );
    expect(await openSocket(app.origin, browser)).toMatchObject({
      status: 429,
      reason: 'too_many_streams',
      headers: { 'retry-after': '5' },
    });
    expect(await call('query', 'dashboard')).toBe('Hello User!');
    const other = await connected(app.origin, await app.signedIn('alice'));
    expect(await other.call('subscription', 'streams.follow')).toBe('started');

    stream.unsubscribe();
    await expect.poll(() => app.streams.size).toBe(4);
    expect(await call('subscription', 'streams.follow')).toBe('started');
    socket.close();
    await expect.poll(() => app.streams.size).toBe(2);
  });

  it('limits all streams of the node together', async () => {
    await start({ maxStreams: 2, maxStreamsPerUser: 2 });
    await connected(app.origin, await app.signedIn('bob'));
    await connected(app.origin, await app.signedIn('alice'));
    expect(await openSocket(app.origin, app.browser())).toMatchObject({
      status: 429,
      reason: 'too_many_streams',
    });
  });

  it('counts the streams of anonymous callers by address', async () => {
    await start({ maxStreamsPerUser: 2 });
    const { call } = await connected(app.origin, app.browser());
    expect(await call('subscription', 'streams.public')).toBe('started');
    expect(await call('subscription', 'streams.public')).toBe('too_many_streams');
    expect(await openSocket(app.origin, app.browser())).toMatchObject({ status: 429 });
    await connected(app.origin, await app.signedIn('bob'));
  });

  it('rejects invalid stream limits, every fault with its fix', async () => {
    await start();
    expect(() => streamRegistry({ maxStreams: 0, maxStreamsPerUser: 1.5 })).toThrow(OptionsError);
    expect(() => streamRegistry({ maxStreams: 5, maxStreamsPerUser: 6 })).toThrow(
      'maxStreamsPerUser = 6: must be at most maxStreams',
    );
  });
});

/** Enough streams to show what each of them leaves behind. */
const STREAMS = 100;

describe('a hundred streams', () => {
  /** Counts the timers on the app's clock beyond those it had before, which all streams share. */
  const timers = () => app.clock.timers - before;
  let before: number;
  const watchers = () => app.watched.size;
  beforeEach(async () => {
    await start({ maxStreamsPerUser: 600 });
  });

  it.each(['aborted by their clients', 'whose session is revoked', 'that the server stops'])(
    'a hundred SSE streams %s leave no slot, no watcher and no timer',
    async (what) => {
      const browser = await app.signedIn('bob');
      await app.layer.flush();
      before = app.clock.timers;
      const cookie = browser.send('/').cookieHeader;
      const open = [];
      for (let batch = 0; batch < STREAMS / 50; batch++)
        open.push(...(await Promise.all(Array.from({ length: 50 }, () => openSse(cookie)))));
      await expect.poll(() => app.log.tally.running).toBe(STREAMS);
      expect([app.streams.size, watchers()]).toEqual([STREAMS, STREAMS]);
      await app.layer.flush();
      expect(timers()).toBe(1);

      if (what.includes('clients')) for (const { leave } of open) leave();
      if (what.includes('session'))
        await app.layer.revokeUserSessions('id-of-bob', 'administrator');
      if (what.includes('server')) app.streams.stop();
      await expect.poll(() => app.streams.size, { timeout: 30_000 }).toBe(0);
      await expect.poll(() => app.log.tally).toEqual({ running: 0, ended: STREAMS });
      await app.layer.flush();
      expect([app.streams.members, watchers(), timers()]).toEqual([0, 0, 0]);
      for (const { leave } of open) leave();
    },
  );

  it('releases a hundred streams over one WebSocket, closed or cut', async () => {
    const browser = await app.signedIn('bob');
    for (const end of ['close', 'terminate'] as const) {
      const { call, socket } = await connected(app.origin, browser);
      await Promise.all(
        Array.from({ length: STREAMS }, () => call('subscription', 'streams.follow')),
      );
      await expect.poll(() => app.log.tally.running).toBe(STREAMS);
      expect([app.streams.size, watchers()]).toEqual([STREAMS + 1, 1]);
      socket[end]();
      await expect
        .poll(() => [app.streams.size, app.streams.members, watchers(), app.log.tally.running])
        .toEqual([0, 0, 0, 0]);
    }
  });
});

it('sets X-Accel-Buffering and no-store on SSE responses', async () => {
  await start();
  const browser = await app.signedIn('bob');
  const { reply, leave } = await openSse(browser.send('/').cookieHeader);
  expect(reply.headers.get('x-accel-buffering')).toBe('no');
  expect(reply.headers.get('cache-control')).toMatch(/no-cache|no-store/);
  leave();
});
