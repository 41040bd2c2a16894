import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendBytes } from '../testing/send-bytes.ts';
import { startApp, type TestServer } from '../testing/start-app.ts';

let app: TestServer;
let head: string;
beforeEach(async () => {
  app = await startApp();
  const browser = app.browser();
  await browser.post('/login', { username: 'bob', password: 'password' });
  const cookie = [...browser.cookies()].map(([name, value]) => `${name}=${value}`).join('; ');
  head = `Host: localhost\r\nConnection: close\r\nCookie: ${cookie}\r\n`;
});
afterEach(() => app.close());

const send = (request: string, rest: string) =>
  sendBytes(Number(new URL(app.origin).port), `${request} HTTP/1.1\r\n${head}${rest}`);
const isSignedIn = async () => (await send('GET /dashboard', '\r\n')).status === 200;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

describe.each(['/logout', '/trpc/auth.logout'])(
  'POST %s with any framing of its body (G4)',
  (path) => {
    it.each([
      ['an empty chunked body', `${CHUNKED}\r\n0\r\n\r\n`],
      ['an empty body with a length', 'Content-Length: 0\r\n\r\n'],
      ['no body', '\r\n'],
      ['chunked JSON', `Content-Type: application/json\r\n${CHUNKED}\r\n2\r\n{}\r\n0\r\n\r\n`],
      [
        'an empty chunked body declared as JSON',
        `Content-Type: application/json\r\n${CHUNKED}\r\n0\r\n\r\n`,
      ],
    ])('a sign-out accepts %s', async (_what, rest) => {
      expect([(await send(`POST ${path}`, rest)).status, await isSignedIn()]).toEqual([200, false]);
    });

    it.each([
      ['a chunked body without a type', `${CHUNKED}\r\n2\r\n{}\r\n0\r\n\r\n`, 415],
      [
        'a form',
        'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b',
        415,
      ],
      [
        'a chunked form',
        `Content-Type: application/x-www-form-urlencoded\r\n${CHUNKED}\r\n3\r\na=b\r\n0\r\n\r\n`,
        415,
      ],
      [
        'a form without fields',
        'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n',
        415,
      ],
      [
        'empty and chunked, from another site',
        `Origin: https://evil.example\r\n${CHUNKED}\r\n0\r\n\r\n`,
        403,
      ],
    ])('a sign-out with %s is refused, and the session continues', async (_what, rest, status) => {
      expect([(await send(`POST ${path}`, rest)).status, await isSignedIn()]).toEqual([
        status,
        true,
      ]);
    });
  },
);

it('answers 200 to POST /refresh with an empty chunked body and an expired token (G4)', async () => {
  app.clock.advance(601);
  for (const path of ['/refresh', '/trpc/auth.refresh'])
    expect((await send(`POST ${path}`, `${CHUNKED}\r\n0\r\n\r\n`)).status).toBe(200);
});

it('cuts off a chunked body at the size limit (G4)', async () => {
  const chunk = `4000\r\n${'1'.repeat(0x4000)}\r\n`;
  const body = `${chunk.repeat(8)}0\r\n\r\n`;
  for (const path of ['/login', '/trpc/auth.login'])
    expect(
      (await send(`POST ${path}`, `Content-Type: application/json\r\n${CHUNKED}\r\n${body}`))
        .status,
    ).toBe(413);
});
