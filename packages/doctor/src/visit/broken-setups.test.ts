import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Misbehaviour, startProxy } from '../testing/broken-proxy.ts';
import { APP, startApp, type TestApp } from '../testing/start-app.ts';
import { cookiesChanged, visitThrough, without } from '../testing/visit-through.ts';
import { visit } from './visit.ts';

let app: TestApp;
let secondNode: TestApp;

const visitApp = (proxy: Misbehaviour) => visitThrough(proxy, app.origin);

const cache = new Map<string, [number, Record<string, string | string[] | undefined>]>();

beforeAll(async () => {
  app = await startApp();
  secondNode = await startApp();
});

afterAll(async () => {
  await app.close();
  await secondNode.close();
});

describe('a visit of a broken set-up', () => {
  it('reports a cache that stores private responses', async () => {
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
    expect(await visitApp(proxy)).toContain('answers-shared');
  });

  it('reports cookies that do not reach the server', async () => {
    expect(
      await visitApp({
        onRequest: (headers) => (headers['content-type'] ? headers : without('cookie')(headers)),
      }),
    ).toContain('expiry-refused');
  });

  it('reports nodes that do not share their stores', async () => {
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
    expect(await visitApp(two)).toEqual(['expiry-refused']);
  });

  it('reports a Domain on __Host- cookies that a proxy has added', async () => {
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

  it('reports different successors of one refresh token', async () => {
    let count = 0;
    const found = await visitApp({
      onAnswer: (headers, { url, headers: { cookie } }) =>
        url === '/mine' && cookie?.includes('X-Refresh-Token') && !cookie.includes('X-Access-Token')
          ? { ...headers, 'set-cookie': [`X-Refresh-Token=other${count++}; Path=/`] }
          : headers,
    });
    expect(found).toContain('successors-several');
  });

  it('reports a sign-in that fails for a reason other than the password', async () => {
    const limited = await startApp({ isLimited: true });
    expect(await visitThrough({}, limited.origin)).toEqual(['sign-in-limited']);
    await limited.close();
    expect(
      await visitApp({
        instead: ({ url }, response) =>
          url === '/sign-in' && Boolean(response.writeHead(502).end()),
      }),
    ).toEqual(['sign-in-failed']);
  });

  it('reports the findings before a failure of the connection', async () => {
    const found = await visitApp({
      onAnswer: without('x-request-id'),
      instead: ({ url }, response) =>
        url === '/sessions' && Boolean(response.writeHead(200).end('<html>')),
    });
    expect(found).toEqual(['request-id-lost', 'visit-broken']);
  });

  it('reports plain HTTP on another host, and sends no password there', async () => {
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

  it('reports a server that takes every request for plain HTTP', async () => {
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
