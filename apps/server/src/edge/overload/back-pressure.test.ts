import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { wait } from '../../testing/process-fixture.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { backPressure } from './back-pressure.ts';

let app: TestServer;
afterEach(() => app?.close());

const reasonOf = async (reply: Response) => [
  reply.status,
  reply.headers.get('retry-after'),
  ((await reply.json()) as { reason: string }).reason,
];

describe('load shedding while many requests wait for their response', () => {
  it('at half the limit, load shedding refuses anonymous requests with Retry-After but no probe', async () => {
    app = await startApp({ variables: { MAX_REQUESTS: '6' } });
    const browser = app.browser();
    await browser.post('/login', { username: 'bob', password: 'password' });
    const sockets = Array.from({ length: 3 }, () =>
      connect(Number(new URL(app.origin).port), '127.0.0.1').on('error', () => {}),
    );
    for (const socket of sockets) {
      await once(socket, 'connect');
      socket.write(
        'POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{',
      );
    }
    await expect.poll(() => app.pressure.underWay).toBe(3);
    expect(await reasonOf(await fetch(`${app.origin}/dashboard`))).toEqual([
      503,
      '2',
      'overloaded',
    ]);
    expect((await browser.request('/dashboard')).status).toBe(200);
    for (const path of ['/livez', '/readyz'])
      expect((await fetch(app.origin + path)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => app.pressure.underWay).toBe(0);
    expect((await fetch(`${app.origin}/dashboard`)).status).toBe(401);
  });

  it('load shedding counts a stream only until its response begins', async () => {
    app = await startApp({ variables: { MAX_REQUESTS: '1' } });
    const browser = app.browser();
    await browser.post('/login', { username: 'admin', password: 'password' });
    const leave = new AbortController();
    const stream = await browser.fetch(`${app.origin}/trpc/account.watchSecurityEvents`, {
      headers: { accept: 'text/event-stream' },
      signal: leave.signal,
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    expect(app.pressure.underWay).toBe(0);
    expect((await browser.request('/dashboard')).status).toBe(200);
    leave.abort();
  });
});

describe('the share of one user (V1)', () => {
  const unread = (cookie: string) => {
    const socket = connect(Number(new URL(app.origin).port), '127.0.0.1').on('error', () => {});
    socket.write(
      `POST /trpc/auth.refresh HTTP/1.1\r\nhost: localhost\r\ncookie: ${cookie}\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{`,
    );
    return socket;
  };

  it('limits one user to a quarter of the open requests, and serves other users', async () => {
    app = await startApp({ variables: { MAX_REQUESTS: '8' } });
    const [bob, admin] = [app.browser(), app.browser()];
    await bob.post('/login', { username: 'bob', password: 'password' });
    await admin.post('/login', { username: 'admin', password: 'password' });
    const { cookieHeader } = bob.send('/');
    const sockets = [unread(cookieHeader), unread(cookieHeader)];
    await expect.poll(() => app.pressure.underWay).toBe(2);
    const refused = await bob.request('/dashboard');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await admin.request('/dashboard')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await bob.request('/dashboard')).status).toBe(200);
  });
});

it('a refused crowd comes back over time, except signed-in users', async () => {
  const pressure = backPressure({ maxRequests: 0, maxDelaySeconds: 60, retriesPerSecond: 0.1 });
  const server = express().use(pressure.shedLoad).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const retryAfter = async (headers = {}) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return Number((await fetch(url, { headers })).headers.get('retry-after'));
  };
  try {
    const [first, second] = [await retryAfter(), await retryAfter()];
    expect(first).toBe(2);
    expect(second).toBeGreaterThan(first);
    expect(await retryAfter({ cookie: 'X-Username=bob' })).toBe(2);
  } finally {
    pressure.stop();
    server.close();
    server.closeAllConnections();
  }
});

/** Runs in real time, because it measures how late the timers of this process are. */
it('refuses requests while the event loop is late', async () => {
  app = await startApp({ variables: { MAX_DELAY_SECONDS: '0.05' } });
  for (let round = 0; round < 8; round++) {
    for (const end = performance.now() + 200; performance.now() < end; );
    await wait(0.001);
  }
  expect(app.pressure.delaySeconds).toBeGreaterThan(0.05);
  expect(await reasonOf(await fetch(`${app.origin}/dashboard`))).toEqual([503, '2', 'overloaded']);
  expect((await fetch(`${app.origin}/livez`)).status).toBe(200);
  await expect
    .poll(async () => (await fetch(`${app.origin}/dashboard`)).status, { timeout: 10_000 })
    .toBe(401);
});
