import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Misbehaviour, startProxy } from '../testing/broken-proxy.ts';
import { APP, startApp, type TestApp } from '../testing/start-app.ts';
import { visit } from './visit.ts';
import type { VisitOptions } from './visit-options.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const { login, logout, read } = APP.paths;

/** Visits the app through a proxy; returns the findings and the requests that arrived. */
async function visited(changes: Partial<VisitOptions>, { instead }: Misbehaviour = {}) {
  const requests: string[] = [];
  const { origin, close } = await startProxy(app.origin, {
    instead(request, response) {
      requests.push(`${request.method} ${request.url}`);
      return instead?.(request, response) ?? false;
    },
  });
  const { username, password } = APP;
  const found = await visit({ url: new URL(origin), username, password, ...changes });
  await close();
  return { found, ids: found.map(({ id }) => id), requests: [...new Set(requests)] };
}

const answering =
  (path: string, status: number): NonNullable<Misbehaviour['instead']> =>
  ({ url }, response) =>
    url === path && Boolean(response.writeHead(status).end());

describe('a visit of an app with paths of its own', () => {
  it('a visit requests the named paths alone, and checks streams and addresses only if named', async () => {
    expect(await visited({ paths: { login, logout, read } })).toEqual({
      found: [],
      ids: [],
      requests: [`GET ${read}`, `POST ${login}`, `POST ${logout}`],
    });
  });

  it('a visit requests the paths of the reference app by default', async () => {
    const { ids, requests } = await visited({});
    expect([ids, requests]).toEqual([['path-unknown'], ['GET /dashboard']]);
  });

  it('reports a sign-in path that the app does not have', async () => {
    const { found } = await visited({ paths: { read } });
    expect(found).toEqual([
      expect.objectContaining({
        id: 'sign-in-failed',
        what: 'POST /login is answered 404',
        fix: 'have the proxy forward it, or name another path (--login)',
      }),
    ]);
  });

  it('reports a sign-out path that the app does not have', async () => {
    const { ids } = await visited({ paths: { login, read } });
    expect(ids).toEqual(['sign-out-failed']);
  });

  it.each(['address', 'stream'] as const)(
    'reports a path for the %s that the app does not have',
    async (name) => {
      const { found } = await visited({ paths: { login, logout, read, [name]: '/unknown' } });
      expect(found).toEqual([
        expect.objectContaining({
          id: 'path-unknown',
          fix: `have the proxy forward it, or name another path (--${name})`,
        }),
      ]);
    },
  );

  it('reports a private path that answers callers without a session', async () => {
    const { found } = await visited({ paths: APP.paths }, { instead: answering(read, 200) });
    expect(found[0]).toMatchObject({
      id: 'answers-shared',
      what: 'GET /mine without a session is answered 200',
    });
  });

  it.each([
    ['the current session', ['forwarded-for-believed'], true],
    ['another session', [], false],
  ])('reports, for a forged address of %s, the findings %j', async (_title, ids, current) => {
    const sessions = [
      { current: !current, ipAddress: '127.0.0.1' },
      { current, ipAddress: '203.0.113.77' },
    ];
    const found = await visited(
      { paths: { login, logout, read, address: APP.paths.address } },
      {
        instead: ({ url }, response) =>
          url === APP.paths.address && Boolean(response.end(JSON.stringify(sessions))),
      },
    );
    expect(found.ids).toEqual(ids);
  });

  it('reports a sign-in answer that caches may keep, though the app promises no-store nowhere else', async () => {
    const { origin, close } = await startProxy(app.origin, {
      onAnswer: ({ 'cache-control': _dropped, ...headers }) => headers,
    });
    const { username, password, paths } = APP;
    const found = await visit({ url: new URL(origin), username, password, paths });
    await close();
    expect(found.map(({ what }) => what)).toEqual([
      'the answer of /sign-in, which sets cookies, lacks Cache-Control: no-store',
    ]);
  });

  it("names the app's settings in the fixes of findings", async () => {
    const { origin, close } = await startProxy(app.origin, {
      onRequest: (headers) => ({ ...headers, host: 'backend' }),
    });
    const fixes = async (settings: VisitOptions['settings']) =>
      (await visit({ ...APP, url: new URL(origin), ...(settings && { settings }) })).map(
        ({ fix }) => fix,
      );
    const found = [await fixes(undefined), await fixes({ allowedHosts: 'HOSTS' })];
    await close();
    expect(found).toEqual([
      ['have the proxy forward Host, or add the host to the hosts that the app accepts'],
      ['have the proxy forward Host, or add the host to HOSTS'],
    ]);
  });
});
