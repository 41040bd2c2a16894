import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { processFixture, signIn, wait } from './testing/process-fixture.ts';
import type { ServerProcess } from './testing/start-process.ts';

const { start } = processFixture();
const readiness = async ({ origin }: ServerProcess) => {
  const reply = await fetch(`${origin}/readyz`);
  return { code: reply.status, ...((await reply.json()) as { status: string; checks: Record<string, string> }) };
};

describe('a server that is told to stop', () => {
  it('says so to balancers, serves on for the lead, then once more over each connection that is there, and ends with 0', async () => {
    const server = await start({ DRAIN_LEAD_SECONDS: '1', ACCESS_TOKEN_SECONDS: '0.5' });
    const browser = server.browser();
    await signIn(browser);
    const checks = { stores: 'ok', keys: 'ok', feed: 'ok' };
    expect(await readiness(server)).toEqual({ code: 200, status: 'ready', checks });
    expect((await browser.request('/dashboard')).headers.get('connection')).toBe('keep-alive');

    server.child.kill('SIGTERM');
    await expect.poll(() => readiness(server), { timeout: 5_000 }).toEqual({ code: 503, status: 'draining', checks });
    expect((await fetch(`${server.origin}/livez`)).status).toBe(200);
    await wait(0.5);
    const late = await browser.request('/dashboard');
    expect([late.status, late.headers.get('connection'), late.setCookies.length]).toEqual([200, 'keep-alive', 3]);
    await wait(0.7);
    const last = await browser.request('/dashboard');
    expect([last.status, last.headers.get('connection')]).toEqual([200, 'close']);
    expect(await server.ended).toBe(0);
    await expect(browser.request('/dashboard')).rejects.toThrow();
  });

  it('cuts off what takes too long, and says so with 3', async () => {
    const server = await start({ DRAIN_SECONDS: '0.3' });
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.write('POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{');
    await wait(0.2);
    expect(await server.kill('SIGTERM')).toBe(3);
  });

  it('waits for no connection over which nothing was asked, as browsers keep some ready', async () => {
    const server = await start({ DRAIN_SECONDS: '5' });
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    await wait(0.2);
    expect(await server.kill('SIGTERM')).toBe(0);
  });

  it('ends at once when told again, unless it is the same Ctrl-C by another way', async () => {
    const server = await start({ DRAIN_LEAD_SECONDS: '20' });
    server.child.kill('SIGINT');
    server.child.kill('SIGINT');
    await wait(1.2);
    expect((await readiness(server)).status).toBe('draining');
    expect(await server.kill('SIGTERM')).toBe(3);
  });
});

it('after an error that reached nobody a server answers what is under way, logs one line, and ends with 1', async () => {
  const server = await start({ ACCESS_TOKEN_SECONDS: '0.5' }, { throwing: true });
  const browser = server.browser();
  await signIn(browser);
  browser.dropCookie('X-Access-Token');
  expect((await browser.request('/dashboard')).status).toBe(200);
  expect(await server.ended).toBe(1);
  const lines = server.output().split('\n');
  const [fault, ...more] = lines.filter((line) => line.includes('fault.unforeseen')).map((line) => JSON.parse(line));
  expect([more, fault.level, fault.err.message]).toEqual([[], 'fatal', 'nobody catches this']);
  expect(server.output()).not.toContain('never to be logged');
});
