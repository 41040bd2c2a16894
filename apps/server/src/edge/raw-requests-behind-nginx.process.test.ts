import { startNginx, type TestNginx } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COOKIE_CORPUS, RAW_CORPUS } from '../testing/raw-corpus.ts';
import { sendBytes } from '../testing/send-bytes.ts';
import { sendRaw } from '../testing/send-raw.ts';
import { startApp, type TestServer } from '../testing/start-app.ts';

let app: TestServer;
let nginx: TestNginx;
beforeAll(async () => {
  app = await startApp({ trustProxy: 1 });
  nginx = await startNginx(
    (port) => `
    upstream latchkey { server 127.0.0.1:${new URL(app.origin).port}; keepalive 16; }
    server {
      listen 127.0.0.1:${port};
      client_max_body_size 1m;
      client_header_timeout 8s;
      client_body_timeout 8s;
      location / {
        proxy_pass http://latchkey;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
      }
    }`,
  );
});
afterAll(async () => {
  await nginx.stop();
  await app.close();
});

/**
 * Statuses that nginx or a route may give to a malformed request. nginx corrects some of these
 * requests before it forwards them, and refuses others itself; it also sets its own Host, so that
 * our routes may answer.
 */
const HARMLESS = [400, 401, 403, 404, 405, 408, 413, 414, 415, 417, 431, 494, 501, 505, 'cut'];
/**
 * Requests that are well-formed once nginx has parsed them, dropped unknown parts and written them
 * anew.
 */
const MENDED = new Set([
  'hosts: absolute form with our host',
  'request lines: HTTP/9.9',
  'targets: path traversal',
  'smuggling: a header without a colon',
  'smuggling: a bracket in a header name',
]);

describe('malformed requests behind nginx', () => {
  it('nginx or the server refuses each malformed request, without a server error', async () => {
    const wrong: unknown[] = [];
    for (const { title, bytes } of RAW_CORPUS) {
      const { status, answer } = await sendBytes(nginx.port, bytes);
      const answers = answer.match(/^HTTP\/1\.1 /gm)?.length ?? 0;
      if (answers > 1 || !(HARMLESS.includes(status) || (MENDED.has(title) && status === 200)))
        wrong.push({ title, status, answers });
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it.each([102_401, 500_000, 1_000_000])(
    'the 413 for a body of %d bytes reaches the client through nginx',
    async (size) => {
      const post = () =>
        sendRaw(`http://localhost:${nginx.port}`, '/login', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: 'x'.repeat(size),
        });
      const statuses = (await Promise.all(Array.from({ length: 40 }, post))).map(
        ({ status }) => status,
      );
      expect(new Set(statuses)).toEqual(new Set([413]));
    },
  );

  it('behind nginx, the response to a smuggled request reaches no other client', async () => {
    const smuggled = 'GET /dashboard HTTP/1.1\r\nHost: localhost\r\n\r\n';
    for (const lengths of [
      'Content-Length: 2\r\nTransfer-Encoding: chunked',
      `Content-Length: 2\r\nContent-Length: ${2 + smuggled.length}`,
    ])
      await sendBytes(
        nginx.port,
        `POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${lengths}\r\nConnection: close\r\n\r\n{}${smuggled}`,
      );
    const statuses = await Promise.all(
      Array.from({ length: 50 }, () => sendRaw(`http://localhost:${nginx.port}`, '/livez')),
    );
    expect(
      statuses.filter(({ status, body }) => status !== 200 || !body.includes('alive')),
    ).toEqual([]);
  });

  it.each(COOKIE_CORPUS)(
    'behind nginx, a caller with the cookies %j is anonymous',
    async (cookies) => {
      const { status } = await sendBytes(
        nginx.port,
        `GET /dashboard HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookies}\r\nConnection: close\r\n\r\n`,
      );
      expect([400, 401]).toContain(status);
    },
  );
});
