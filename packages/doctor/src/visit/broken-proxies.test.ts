import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Misbehaviour, startProxy } from '../testing/broken-proxy.ts';
import { APP, startApp, type TestApp } from '../testing/start-app.ts';
import { visit } from './visit.ts';

let app: TestApp;
let secondNode: TestApp;
beforeAll(async () => {
  app = await startApp();
  secondNode = await startApp();
});
afterAll(async () => {
  await app.close();
  await secondNode.close();
});

const visitThrough = async (proxy: Misbehaviour, target = app.origin) => {
  const { origin, close } = await startProxy(target, proxy);
  /** Shortens the wait for a stream that the proxy holds back: it never begins. */
  const streamSeconds = proxy.buffers ? { streamSeconds: 0.5 } : {};
  const found = await visit({
    ...APP,
    url: new URL(origin),
    ...streamSeconds,
  });
  await close();
  return found.map(({ id }) => id);
};

const without =
  (name: string) =>
  ({ [name]: _dropped, ...rest }: Record<string, string | string[] | undefined>) =>
    rest;
const cookiesChanged = (change: (header: string) => string): Misbehaviour => ({
  onAnswer: (headers) =>
    headers['set-cookie']
      ? { ...headers, 'set-cookie': [headers['set-cookie']].flat().map(change) }
      : headers,
});
const cache = new Map<string, [number, Record<string, string | string[] | undefined>]>();

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

describe('a visit through a broken proxy', () => {
  it.each(TABLE)(
    'finds the fault of a proxy with %s',
    { timeout: 20_000 },
    async (_title, proxy, ids) => {
      expect(await visitThrough(proxy)).toEqual(ids);
    },
  );

  it('finds a cache that stores private responses', async () => {
    cache.clear();
    const proxy: Misbehaviour = {
      instead(request, response) {
        const kept = cache.get(request.url ?? '');
        if (request.method !== 'GET' || request.url !== '/mine' || !kept) return false;
        response.writeHead(kept[0], kept[1]).end('Hello User!');
        return true;
      },
      onAnswer(headers, { url = '', method, headers: { cookie } }) {
        if (method === 'GET' && url === '/mine' && cookie?.includes('X-Refresh-Token'))
          cache.set(url, [200, without('set-cookie')(headers)]);
        return headers;
      },
    };
    expect(await visitThrough(proxy)).toContain('answers-shared');
  });

  it('finds cookies that do not reach the server', async () => {
    expect(
      await visitThrough({
        onRequest: (headers) => (headers['content-type'] ? headers : without('cookie')(headers)),
      }),
    ).toContain('expiry-refused');
  });

  it('finds nodes that do not share their stores', async () => {
    let turn = 0;
    const two: Misbehaviour = {
      instead(request, response) {
        if (request.url !== '/mine' || !request.headers.cookie?.includes('X-Refresh-Token'))
          return false;
        if (turn++ % 2 === 0) return false;
        fetch(`${secondNode.origin}/mine`, {
          headers: { cookie: request.headers.cookie },
        }).then(
          async (answer) =>
            void response
              .writeHead(answer.status, { 'set-cookie': answer.headers.getSetCookie() })
              .end(await answer.text()),
          () => response.destroy(),
        );
        return true;
      },
    };
    expect(await visitThrough(two)).toEqual(['expiry-refused']);
  });

  it('finds a Domain on __Host- cookies that a proxy has added', async () => {
    const prefixed = await startApp({ hostPrefix: true });
    expect(await visitThrough({}, prefixed.origin)).toEqual([]);
    expect(
      await visitThrough(
        cookiesChanged((header) => `${header}; Domain=localhost`),
        prefixed.origin,
      ),
    ).toEqual(['cookie-domain-added']);
    await prefixed.close();
  });

  it('finds different successors of one refresh token', async () => {
    let count = 0;
    const found = await visitThrough({
      onAnswer: (headers, { url, headers: { cookie } }) =>
        url === '/mine' && cookie?.includes('X-Refresh-Token') && !cookie.includes('X-Access-Token')
          ? { ...headers, 'set-cookie': [`X-Refresh-Token=other${count++}; Path=/`] }
          : headers,
    });
    expect(found).toContain('successors-several');
  });

  it('finds a sign-in that fails for a reason other than the password', async () => {
    const limited = await startApp({ isLimited: true });
    expect(await visitThrough({}, limited.origin)).toEqual(['sign-in-limited']);
    await limited.close();
    expect(
      await visitThrough({
        instead: ({ url }, response) =>
          url === '/sign-in' && Boolean(response.writeHead(502).end()),
      }),
    ).toEqual(['sign-in-failed']);
  });

  it('reports the findings before a failure of the connection', async () => {
    const found = await visitThrough({
      onAnswer: without('x-request-id'),
      instead: ({ url }, response) =>
        url === '/sessions' && Boolean(response.writeHead(200).end('<html>')),
    });
    expect(found).toEqual(['request-id-lost', 'visit-broken']);
  });

  it('finds plain HTTP on another host, and sends no password there', async () => {
    const sent: unknown[] = [];
    const { origin, close } = await startProxy(app.origin, {
      onRequest(headers) {
        sent.push(headers['content-length']);
        return { ...headers, host: 'localhost' };
      },
    });
    const found = await visit({
      ...APP,
      url: new URL(origin.replace('localhost', '0.0.0.0')),
    });
    expect([found.map(({ id }) => id).at(-1), sent.filter(Boolean)]).toEqual([
      'secure-cookie-on-http',
      [],
    ]);
    await close();
  });

  it('finds a server that takes every request for plain HTTP', async () => {
    const secure = await startApp({ isHttpsOnly: true });
    expect(await visitThrough({}, secure.origin)).toEqual(['protocol-lost']);
    await secure.close();
  });

  it('reports an address without a server, and a wrong password', async () => {
    const at = (origin: string, password: string) =>
      visit({ ...APP, url: new URL(origin), password });
    expect((await at('http://localhost:1', 'password')).map(({ id }) => id)).toEqual([
      'unreachable',
    ]);
    expect((await at(app.origin, 'wrong')).map(({ id }) => id)).toEqual(['sign-in-refused']);
  });
});
