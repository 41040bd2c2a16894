import type { Browser } from '@latchkey/core/testing';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { processFixture, signIn } from '../testing/process-fixture.ts';
import { startNodes } from '../testing/start-nodes.ts';

const { start } = processFixture();
const SOON = { timeout: 60_000 };
const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 3').toString('base64url');

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

/** Reads an SSE stream as text; `ended` resolves when the server ends the stream. */
async function openSse(origin: string, browser: Browser) {
  const reply = await browser.fetch(`${origin}/trpc/account.watchSecurityEvents`, {
    headers: { accept: 'text/event-stream' },
  });
  const stream = { text: '', ended: Promise.resolve() };
  stream.ended = (async () => {
    for await (const chunk of reply.body?.pipeThrough(new TextDecoderStream()) ?? [])
      stream.text += chunk;
  })();
  await expect.poll(() => stream.text, SOON).toContain('event: connected');
  return stream;
}

function openWebSocket(origin: string, browser: Browser) {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/trpc`, {
    headers: { cookie: browser.send('/').cookieHeader },
  });
  const answers: string[] = [];
  socket.on('message', (data: Buffer) => answers.push(data.toString()));
  const closed = new Promise<[number, string]>((resolve) =>
    socket.on('close', (code, reason) => resolve([code, reason.toString()])),
  );
  socket.on('open', () =>
    socket.send('{"id":1,"method":"subscription","params":{"path":"account.watchSecurityEvents"}}'),
  );
  return { socket, answers, closed };
}

describe('a stopping server', () => {
  it('a stopping server ends its streams so that clients reconnect, and exits in time', async () => {
    const server = await start({ LOG_LEVEL: 'info', DRAIN_SECONDS: '600' });
    const browser = server.browser();
    await signIn(browser);
    const sse = await openSse(server.origin, browser);
    const { answers, closed } = openWebSocket(server.origin, browser);
    await expect.poll(() => answers.length, SOON).toBe(1);

    /** The test's timeout is shorter than the time that the server would wait for open requests. */
    expect(await server.kill('SIGTERM')).toBe(0);
    await sse.ended;
    expect(sse.text).not.toMatch(/event: (return|serialized-error)/);
    expect(await closed).toEqual([1001, '']);
    expect(answers).toHaveLength(1);
    expect(server.output()).not.toContain('"fault"');
  });
});

describe('streams on two nodes with one PostgreSQL', () => {
  it('a stream ends when its session is revoked on the other node', async () => {
    const nodes = await startNodes(2, { DATABASE_URL: postgres.url, LATCHKEY_SECRET });
    const [first, second] = [nodes.node(0), nodes.node(1)];
    const browser = first.browser();
    await signIn(browser);
    const sse = await openSse(first.origin, browser);
    const { socket, answers, closed } = openWebSocket(first.origin, browser);
    await expect.poll(() => answers.length, SOON).toBe(1);

    await fetch(`${second.origin}/logout`, {
      method: 'POST',
      headers: { cookie: browser.send('/').cookieHeader },
    });
    const closing = async () => {
      await nodes.pass(0.1);
      return socket.readyState;
    };
    await expect.poll(closing, SOON).toBe(socket.CLOSED);
    expect(await closed).toEqual([4401, 'session_revoked']);
    await sse.ended;
    expect(sse.text).toMatch(/event: serialized-error\ndata: .*"reason":"session_revoked"/);
    expect(answers.join()).toContain('"reason":"session_revoked"');
    await nodes.close();
  });
});
