import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COOKIE_CORPUS, RAW_CORPUS } from './testing/raw-corpus.ts';
import { sendBytes } from './testing/send-bytes.ts';
import { startApp, type TestServer } from './testing/start-app.ts';

let app: TestServer;
let port: number;
beforeAll(async () => {
  app = await startApp();
  port = Number(new URL(app.origin).port);
});
afterAll(() => app.close());

const isServing = async () => (await fetch(`${app.origin}/livez`)).ok;
const withCookies = (cookies: string) => `GET /dashboard HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookies}\r\nConnection: close\r\n\r\n`;

describe('what is no honest request', () => {
  it('is tried in many ways', () => expect([RAW_CORPUS.length > 80, COOKIE_CORPUS.length > 20]).toEqual([true, true]));

  it.each(RAW_CORPUS)('$title is answered $expected', async ({ bytes, expected }) => {
    const { status, answer } = await sendBytes(port, bytes);
    expect(expected, answer.slice(0, 300)).toContain(status);
    expect(answer.match(/^HTTP\/1\.1 /gm)?.length ?? 0, 'one answer at most').toBeLessThanOrEqual(1);
    if (status !== 'cut') expect(answer).toMatch(/^x-request-id: [\da-f-]{36}/im);
    expect(await isServing()).toBe(true);
  });

  it.each(COOKIE_CORPUS)('cookies %j leave the caller anonymous', async (cookies) => {
    expect([400, 401]).toContain((await sendBytes(port, withCookies(cookies))).status);
  });
});

describe('who sends slowly', () => {
  it.each([
    ['headers that never end', 'GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: '],
    ['a body that never comes', 'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{'],
  ])('%s: is cut within ten seconds, others are served meanwhile', { timeout: 20_000 }, async (_title, bytes) => {
    const slow = sendBytes(port, bytes, { waitMs: 18_000 });
    expect(await isServing()).toBe(true);
    expect([408, 'cut']).toContain((await slow).status);
  });
});

describe('memory', () => {
  it('is flat over rounds of all of it', { timeout: 60_000 }, async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heaps: number[] = [];
    for (let round = 0; round < 8; round++) {
      for (const { bytes } of RAW_CORPUS) await sendBytes(port, bytes);
      for (const cookies of COOKIE_CORPUS) await sendBytes(port, withCookies(cookies));
      collect();
      heaps.push(process.memoryUsage().heapUsed);
    }
    /** The first rounds compile; the test keeps the log's lines, some 60 kB a round. */
    const [settled = 0, last = 0] = [heaps[2], heaps.at(-1)];
    console.log(`heap after rounds: ${heaps.map((bytes) => (bytes / 1e6).toFixed(1)).join(', ')} MB`);
    expect(last - settled).toBeLessThan(3_000_000);
  });
});
