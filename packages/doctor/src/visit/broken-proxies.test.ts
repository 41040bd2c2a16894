import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Misbehaviour } from '../testing/broken-proxy.ts';
import { startApp, type TestApp } from '../testing/start-app.ts';
import { cookiesChanged, visitThrough, without } from '../testing/visit-through.ts';

let app: TestApp;

const visitApp = (proxy: Misbehaviour) => visitThrough(proxy, app.origin);

const TABLE: readonly (readonly [string, Misbehaviour, readonly string[]])[] = [
  ['none', {}, []],
  [
    'Set-Cookie joined by commas',
    {
      onAnswer: (headers) =>
        headers['set-cookie']
          ? { ...headers, 'set-cookie': [headers['set-cookie']].flat().join(', ') }
          : headers,
    },
    ['set-cookie-merged'],
  ],
  ['Set-Cookie dropped', { onAnswer: without('set-cookie') }, ['set-cookie-lost']],
  [
    'the last Set-Cookie alone',
    {
      onAnswer: (headers) =>
        headers['set-cookie']
          ? { ...headers, 'set-cookie': [headers['set-cookie']].flat().slice(-1) }
          : headers,
    },
    ['set-cookie-lost'],
  ],
  [
    'Secure removed',
    cookiesChanged((header) => header.replace(/; Secure/i, '')),
    ['cookie-secure-lost'],
  ],
  [
    'HttpOnly removed',
    cookiesChanged((header) => header.replace(/; HttpOnly/i, '')),
    ['cookie-http-only-lost'],
  ],
  [
    'SameSite removed',
    cookiesChanged((header) => header.replace(/; SameSite=\w+/i, '')),
    ['cookie-same-site-lost'],
  ],
  [
    'another path',
    cookiesChanged((header) => header.replace(/Path=\//i, 'Path=/api')),
    ['cookie-path-changed'],
  ],
  [
    'cookies that grew',
    cookiesChanged((header) => header.replace(/^(X-Access-Token=[^;]+)/, `$1${'x'.repeat(4_096)}`)),
    ['cookie-too-large', 'refresh-cookies-lost'],
  ],
  [
    'Set-Cookie kept from answers to GET',
    {
      onAnswer: (headers, { method }) =>
        method === 'GET' ? without('set-cookie')(headers) : headers,
    },
    ['refresh-cookies-lost'],
  ],
  [
    'a rewritten Host',
    { onRequest: (headers) => ({ ...headers, host: '127.0.0.1:3000' }) },
    ['host-rewritten'],
  ],
  [
    'an unknown Host',
    { onRequest: (headers) => ({ ...headers, host: 'backend' }) },
    ['host-not-allowed'],
  ],
  ['a dropped Content-Type', { onRequest: without('content-type') }, ['content-type-lost']],
  [
    'a redirect of API calls',
    {
      instead: (request, response) =>
        request.url === '/mine' &&
        Boolean(response.writeHead(301, { location: 'https://elsewhere.example/mine' }).end()),
    },
    ['api-redirected'],
  ],
  [
    'dropped security headers',
    {
      onAnswer: (headers) =>
        without('content-security-policy')(without('x-content-type-options')(headers)),
    },
    ['security-headers-lost'],
  ],
  ['a dropped request id', { onAnswer: without('x-request-id') }, ['request-id-lost']],
  [
    'a replaced Cache-Control',
    { onAnswer: (headers) => ({ ...headers, 'cache-control': 'max-age=600' }) },
    ['cache-control-lost'],
  ],
  [
    'a response from a cache',
    { onAnswer: (headers) => ({ ...headers, age: '12' }) },
    ['answers-shared'],
  ],
  [
    'CORS for all origins',
    {
      onAnswer: (headers, { headers: { origin } }) => ({
        ...headers,
        'access-control-allow-origin': origin ?? '*',
      }),
    },
    ['cors-open'],
  ],
  [
    'a header limit of 4 kB',
    {
      instead: ({ headers }, response) =>
        (headers.cookie ?? '').length > 4_096 && Boolean(response.writeHead(431).end()),
    },
    ['headers-limited'],
  ],
  [
    'a clock one minute off',
    {
      onAnswer: (headers) => ({
        ...headers,
        date: new Date(Date.parse(String(headers.date)) + 90_000).toUTCString(),
      }),
    },
    ['clock-apart'],
  ],
  [
    'an unchecked X-Forwarded-For',
    {
      onRequest: ({ 'x-forwarded-for': given, ...headers }) => ({
        ...headers,
        'x-forwarded-for': String(given).split(',')[0],
      }),
    },
    ['forwarded-for-believed'],
  ],
  ['buffered streams', { buffers: true }, ['stream-buffered']],
  ['blocked upgrades', { blocksUpgrades: true }, ['websocket-blocked']],
];

beforeAll(async () => {
  app = await startApp();
});

afterAll(async () => {
  await app.close();
});

describe('a visit through a broken proxy', () => {
  it.each(TABLE)(
    'reports the fault of a proxy with %s',
    { timeout: 20_000 },
    async (_title, proxy, ids) => {
      expect(await visitApp(proxy)).toEqual(ids);
    },
  );
});
