import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REQUEST_TIMES } from '../process/http-server.ts';
import { COOKIE_CORPUS, RAW_CORPUS } from '../testing/raw-corpus.ts';
import { sendBytes } from '../testing/send-bytes.ts';
import { startApp, type TestServer } from '../testing/start-app.ts';

let app: TestServer;
let port: number;
beforeAll(async () => {
  app = await startApp();
  port = Number(new URL(app.origin).port);
});
afterAll(() => app.close());

const isServing = async () => (await fetch(`${app.origin}/livez`)).ok;
const withCookies = (cookies: string) =>
  `GET /dashboard HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookies}\r\nConnection: close\r\n\r\n`;

describe('malformed requests', () => {
  it('the corpus of raw requests has malformed requests of every kind', () =>
    expect([RAW_CORPUS.length > 80, COOKIE_CORPUS.length > 20]).toEqual([true, true]));

  it.each(RAW_CORPUS)(
    'answers the malformed request "$title" with $expected',
    async ({ bytes, expected }) => {
      const { status, answer } = await sendBytes(port, bytes);
      expect(expected, answer.slice(0, 300)).toContain(status);
      expect(answer.match(/^HTTP\/1\.1 /gm)?.length ?? 0, 'one answer at most').toBeLessThanOrEqual(
        1,
      );
      if (status !== 'cut') expect(answer).toMatch(/^x-request-id: [\da-f-]{36}/im);
      expect(await isServing()).toBe(true);
    },
  );

  it.each(COOKIE_CORPUS)('a caller with the cookies %j is anonymous', async (cookies) => {
    expect([400, 401]).toContain((await sendBytes(port, withCookies(cookies))).status);
  });
});

/**
 * Runs in real time, because Node's HTTP server measures request timeouts by the machine's clock.
 */
describe('a request that arrives slowly', () => {
  let impatient: TestServer;
  beforeAll(async () => {
    impatient = await startApp({
      times: { headersTimeout: 600, requestTimeout: 900, connectionsCheckingInterval: 50 },
    });
  });
  afterAll(() => impatient.close());

  it('a request has less than ten seconds to arrive in production', () => {
    expect(REQUEST_TIMES).toEqual({
      headersTimeout: 8_000,
      requestTimeout: 9_000,
      connectionsCheckingInterval: 500,
    });
  });

  it.concurrent.each([
    ['headers that never end', 0.6, 'GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: '],
    [
      'a body that never comes',
      0.9,
      'POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    ],
  ])(
    'cuts a slow request with %s after its timeout, and serves others meanwhile',
    async (_title, allowed, bytes) => {
      const slow = sendBytes(Number(new URL(impatient.origin).port), bytes);
      expect((await fetch(`${impatient.origin}/livez`)).ok).toBe(true);
      const { status, seconds } = await slow;
      expect([408, 'cut']).toContain(status);
      expect(seconds).toBeGreaterThan(allowed - 0.01);
    },
  );
});

describe('memory under malformed requests', () => {
  it('memory stays flat while the corpus of malformed requests is sent repeatedly', {
    timeout: 60_000,
  }, async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heaps: number[] = [];
    for (let round = 0; round < 5; round++) {
      for (const { bytes } of RAW_CORPUS) await sendBytes(port, bytes);
      for (const cookies of COOKIE_CORPUS) await sendBytes(port, withCookies(cookies));
      collect();
      heaps.push(process.memoryUsage().heapUsed);
    }
    /**
     * Compares from the third round on: before, the code is still being compiled. The test also
     * keeps the log's lines, some 60 kB in each round. `npm run trials -- soak` observes the heap
     * for longer.
     */
    const [settled = 0, , last = 0] = heaps.slice(2);
    console.log(
      `heap after rounds: ${heaps.map((bytes) => (bytes / 1e6).toFixed(1)).join(', ')} MB`,
    );
    expect((last - settled) / 2).toBeLessThan(600_000);
  });
});
