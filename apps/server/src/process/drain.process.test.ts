import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Browser } from '@latchkey/core/testing';
import { settableClock } from '@latchkey/core/testing';
import { describe, expect, it } from 'vitest';
import { processFixture, signIn, wait } from '../testing/process-fixture.ts';
import type { ServerProcess } from '../testing/start-process.ts';
import { drain } from './drain.ts';

const { start, advance } = processFixture();
const SOON = { timeout: 60_000 };
const readiness = async ({ origin }: ServerProcess) => {
  const reply = await fetch(`${origin}/readyz`);
  return {
    code: reply.status,
    ...((await reply.json()) as { status: string; checks: Record<string, string> }),
  };
};
async function sessionOnly(browser: Browser): Promise<[number, string | null]> {
  for (;;) {
    const { status, headers } = await browser.request('/dashboard');
    if (status !== 200 || headers.get('connection') !== 'keep-alive')
      return [status, headers.get('connection')];
  }
}

describe('a stopping server', () => {
  it('a stopping server fails /readyz, serves through the lead time, and exits with 0', async () => {
    const server = await start(
      { DRAIN_LEAD_SECONDS: '60', ACCESS_TOKEN_SECONDS: '20' },
      { clocked: true },
    );
    const browser = server.browser();
    await signIn(browser);
    const checks = { stores: 'ok', keys: 'ok', feed: 'ok' };
    expect(await readiness(server)).toEqual({ code: 200, status: 'ready', checks });
    expect((await browser.request('/dashboard')).headers.get('connection')).toBe('keep-alive');

    server.child.kill('SIGTERM');
    await expect
      .poll(() => readiness(server), SOON)
      .toEqual({ code: 503, status: 'draining', checks });
    expect((await fetch(`${server.origin}/livez`)).status).toBe(200);
    await advance(50);
    const late = await browser.request('/dashboard');
    expect([late.status, late.headers.get('connection'), late.setCookies.length]).toEqual([
      200,
      'keep-alive',
      3,
    ]);
    /** Sends requests without a pause, because a connection that is idle for a second is closed. */
    const last = sessionOnly(browser);
    await advance(10);
    expect(await last).toEqual([200, 'close']);
    expect(await server.ended).toBe(0);
    await expect(browser.request('/dashboard')).rejects.toThrow();
  });

  it('a stopping server cuts slow requests off, and exits with 3', async () => {
    const server = await start({ DRAIN_SECONDS: '0.3' });
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    const headers =
      'host: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\nexpect: 100-continue';
    socket.write(`POST /login HTTP/1.1\r\n${headers}\r\n\r\n{`);
    /** An answer of 100 shows that the server has begun to handle the request. */
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1.1 100 /);
    expect(await server.kill('SIGTERM')).toBe(3);
  });

  it('a stopping server does not wait for unused connections', async () => {
    const server = await start({ DRAIN_SECONDS: '60' });
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    /**
     * Connections are accepted in order: once this one is answered, the server has the other one
     * too.
     */
    expect(
      (await fetch(`${server.origin}/livez`, { headers: { connection: 'close' } })).status,
    ).toBe(200);
    expect(await server.kill('SIGTERM')).toBe(0);
  });

  it('a second signal ends the server at once, unless it is the same Ctrl-C forwarded', async () => {
    const server = await start({ DRAIN_LEAD_SECONDS: '600' });
    server.child.kill('SIGINT');
    server.child.kill('SIGINT');
    await expect.poll(async () => (await readiness(server)).status, SOON).toBe('draining');
    /** Waits in real time: for one second, the server counts a repeated signal as the same one. */
    await wait(1.2);
    expect((await readiness(server)).status).toBe('draining');
    expect(await server.kill('SIGTERM')).toBe(3);
  });
});

it('a stopping server answers a request on a connection that waits to be accepted', async () => {
  const clock = settableClock();
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { run } = drain({
    server,
    clock,
    gate: { drain() {} },
    endStreams() {},
    close: async () => {},
    onCutOff: () => expect.fail('nothing is cut off'),
  });
  const drained = run({ leadSeconds: 10, drainSeconds: 60 });
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n');
  /**
   * At this point the operating system has made the connection, and the server, within the same
   * turn of the event loop, has not heard of it.
   */
  process.nextTick(() => clock.advance(10));
  expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1.1 200 /);
  expect(await drained).toBe(true);
});

it('after an uncaught error a server answers open requests, logs once, and exits with 1', async () => {
  const server = await start({}, { fault: 'throw' });
  const browser = server.browser();
  await signIn(browser);
  browser.dropCookie('X-Access-Token');
  expect((await browser.request('/dashboard')).status).toBe(200);
  expect(await server.ended).toBe(1);
  const lines = server.output().split('\n');
  const [fault, ...more] = lines
    .filter((line) => line.includes('fault.unforeseen'))
    .map((line) => JSON.parse(line));
  expect([more, fault.level, fault.err.message]).toEqual([
    [],
    'fatal',
    'a fault that nothing catches',
  ]);
  expect(server.output()).not.toContain('a password that must not be logged');
});
