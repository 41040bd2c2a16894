import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { connected } from '../testing/raw-socket.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

let app: TestApp;
afterEach(() => app.close());

const query = (id: number, path: string, input?: unknown) => ({
  id,
  method: 'query',
  params: { path, input },
});
const frameOf = (count: number, path = 'auth.session', first = 1) =>
  JSON.stringify(Array.from({ length: count }, (_, n) => query(first + n, path)));
const socketOf = (socket: WebSocket) => (socket as unknown as { _socket: Socket })._socket;

describe('calls over one connection', () => {
  it('answers all calls of one frame, whatever the limit', async () => {
    app = await startTestApp({ limits: { maxCallsPerConnection: 2 } });
    const { socket, answers } = await connected(app.origin, await app.signedIn('bob'));
    socket.send(frameOf(100, 'dashboard'));
    await expect.poll(() => answers.length).toBe(100);
    expect(new Set(answers.map(({ result }) => result?.data))).toEqual(new Set(['Hello User!']));
  });

  it('queues calls beyond the limit and serves another user meanwhile', async () => {
    app = await startTestApp({ limits: { maxCallsPerConnection: 2 } });
    const { socket, answers } = await connected(app.origin, await app.signedIn('bob'));
    const other = await connected(app.origin, await app.signedIn('alice'));
    socket.send(
      JSON.stringify([query(1, 'slow', 'a'), query(2, 'slow', 'b'), query(3, 'dashboard')]),
    );
    await Promise.all([app.gate.reached('a'), app.gate.reached('b')]);
    expect(await other.call('query', 'dashboard')).toBe('Hello User!');
    expect(answers).toEqual([]);
    app.gate.release('a');
    await expect.poll(() => answers.map(({ id }) => id)).toEqual([1, 3]);
    app.gate.release('b');
    await expect.poll(() => answers.length).toBe(3);
  });

  it('limits a user over several connections and frees the calls of a closed one', async () => {
    app = await startTestApp({ limits: { maxCallsPerUser: 1 } });
    const browser = await app.signedIn('bob');
    const first = await connected(app.origin, browser);
    const second = await connected(app.origin, browser);
    first.socket.send(JSON.stringify(query(1, 'slow', 'a')));
    await app.gate.reached('a');
    const waiting = second.call('query', 'dashboard');
    first.socket.terminate();
    expect(await waiting).toBe('Hello User!');
    app.gate.release('a');
  });

  it('releases the slot of a malformed call when it is answered', async () => {
    app = await startTestApp({ limits: { maxCallsPerConnection: 1 } });
    const { socket, answers, call } = await connected(app.origin, await app.signedIn('bob'));
    for (let n = 0; n < 3; n++)
      socket.send(JSON.stringify({ ...query(50 + n, 'dashboard'), jsonrpc: '7' }));
    await expect.poll(() => answers.length).toBe(3);
    expect(await call('query', 'dashboard')).toBe('Hello User!');
  });

  it('takes no call slot for connection parameters', async () => {
    app = await startTestApp({ limits: { maxCallsPerConnection: 1 } });
    const { socket, call } = await connected(app.origin, await app.signedIn('bob'), {
      path: '/trpc?connectionParams=1',
    });
    socket.send(JSON.stringify({ ...query(50, 'dashboard'), data: { language: 'en' } }));
    expect(await call('query', 'dashboard')).toBe('Hello User!');
    expect(await call('query', 'dashboard')).toBe('Hello User!');
  });

  it('stops a subscription over a WebSocket while the call limit is reached', async () => {
    app = await startTestApp({ limits: { maxCallsPerConnection: 1 } });
    const { socket, answers, call } = await connected(app.origin, await app.signedIn('bob'));
    expect(await call('subscription', 'streams.public')).toBe('started');
    socket.send(JSON.stringify(query(9, 'slow', 'a')));
    await app.gate.reached('a');
    socket.send(JSON.stringify({ id: 1, method: 'subscription.stop' }));
    await expect.poll(() => answers.map(({ result }) => result?.type)).toContain('stopped');
    app.gate.release('a');
  });

  it('refuses each call with 503 under overload, and keeps the connection', async () => {
    let isOverloaded = true;
    const asked: boolean[] = [];
    app = await startTestApp({
      isOverloaded({ isAnonymous }) {
        asked.push(isAnonymous);
        return isOverloaded;
      },
    });
    const { call, answers } = await connected(app.origin, await app.signedIn('bob'));
    expect(await call('query', 'dashboard')).toBe('overloaded');
    expect(answers[0]?.error?.data).toMatchObject({
      httpStatus: 503,
      retryAfterSeconds: 2,
      latchkey: true,
    });
    const stranger = await connected(app.origin, app.browser());
    expect(await stranger.call('query', 'auth.session')).toBe('overloaded');
    expect(asked).toEqual([false, true]);
    isOverloaded = false;
    expect(await call('query', 'dashboard')).toBe('Hello User!');
  });
});

describe('answers that are not read', () => {
  it('pauses a connection with unread answers, in bounded memory', async () => {
    app = await startTestApp();
    const { socket, answers } = await connected(app.origin, await app.signedIn('bob'));
    socketOf(socket).pause();
    const input = { text: 'x'.repeat(2_000) };
    const frames = 200;
    for (let n = 0; n < frames; n++)
      socket.send(
        JSON.stringify(
          Array.from({ length: 40 }, (_, call) => query(1 + n * 40 + call, 'mirror', input)),
        ),
      );
    const unread = () => Math.max(...app.sockets().map(({ writableLength }) => writableLength));
    await expect.poll(unread).toBeGreaterThan(128 * 1024);
    // Waits long enough for a thousand more calls.
    for (let turn = 0; turn < 300; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(unread()).toBeLessThan(192 * 1024);
    socketOf(socket).resume();
    await expect.poll(() => answers.length).toBe(frames * 40);
    expect(unread()).toBe(0);
  });

  it('closes a connection with 1013 if answers stay unread between two pings', async () => {
    app = await startTestApp();
    const { socket, closed } = await connected(app.origin, await app.signedIn('bob'));
    socketOf(socket).pause();
    for (let n = 0; n < 200; n++)
      socket.send(
        JSON.stringify(
          Array.from({ length: 40 }, (_, call) =>
            query(1 + n * 40 + call, 'mirror', { text: 'x'.repeat(2_000) }),
          ),
        ),
      );
    await expect
      .poll(() => Math.max(...app.sockets().map(({ writableLength }) => writableLength)))
      .toBeGreaterThan(128 * 1024);
    await app.clock.pass(1);
    await app.clock.pass(1);
    socketOf(socket).resume();
    expect(await closed).toEqual([1013, 'overloaded']);
  });
});
