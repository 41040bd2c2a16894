import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../testing/send-raw.ts';
import { startApp, type TestServer } from '../testing/start-app.ts';

const SPA = 'https://spa.example';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'];
const SITES = [undefined, 'same-origin', 'none', 'same-site', 'cross-site', 'nonsense'];
const TYPES = [
  ['application/json', '{}'],
  ['application/json; charset=utf-8', '{}'],
  ['text/plain', '{}'],
  ['application/x-www-form-urlencoded', 'a=b'],
  [
    'multipart/form-data; boundary=x',
    '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
  ],
  ['application/jsonp', '{}'],
  [undefined, '{}'],
  [undefined, ''],
] as const;

let app: TestServer;
let origins: (string | undefined)[];
let cookie: string;
beforeAll(async () => {
  app = await startApp({ variables: { PUBLIC_ORIGIN: SPA }, publicOrigins: [SPA] });
  const browser = app.browser();
  await browser.post('/login', { username: 'bob', password: 'password' });
  cookie = [...browser.cookies()].map(([name, value]) => `${name}=${value}`).join('; ');
  const port = Number(new URL(app.origin).port);
  origins = [
    undefined,
    app.origin,
    SPA,
    'null',
    'https://evil.example',
    `http://localhost:${port + 1}`,
    `http://evil.localhost:${port}`,
    `${app.origin}.evil.example`,
  ];
});
afterAll(() => app.close());

/**
 * States the same-origin rule independently of the server's code: which requests may run a handler.
 */
function mayRun(
  method: string,
  type: string | undefined,
  body: string,
  origin: string | undefined,
  site: string | undefined,
): boolean {
  if (method !== 'POST') return false;
  const json = type === undefined ? body === '' : type.split(';')[0] === 'application/json';
  const own =
    origin === SPA ||
    (site === undefined
      ? origin === undefined || origin === app.origin
      : ['same-origin', 'none'].includes(site));
  return json && own;
}

interface Cell {
  readonly method: string;
  readonly type: string | undefined;
  readonly body: string;
  readonly origin: string | undefined;
  readonly site: string | undefined;
}

const allCells = (): Cell[] =>
  METHODS.flatMap((method) =>
    TYPES.flatMap(([type, body]) =>
      origins.flatMap((origin) => SITES.map((site) => ({ method, type, body, origin, site }))),
    ),
  );

const send = (path: string, { method, type, body, origin, site }: Cell) =>
  sendRaw(app.origin, path, {
    method,
    headers: {
      cookie,
      ...(type && { 'content-type': type }),
      ...(origin && { origin }),
      ...(site && { 'sec-fetch-site': site }),
    },
    body,
  });

/**
 * Returns the cells for which a condition holds. Checks a few at once, which is faster than one by
 * one.
 */
async function findAll(
  cells: readonly Cell[],
  isSo: (cell: Cell) => Promise<boolean>,
): Promise<Cell[]> {
  const found: Cell[] = [];
  const left = cells.values();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const cell of left) if (await isSo(cell)) found.push(cell);
    }),
  );
  return found;
}

/** Tells whether the session still exists: a handler that ran would have ended it. */
const isSignedIn = async () =>
  (await sendRaw(app.origin, '/dashboard', { headers: { cookie } })).status === 200;

describe('unsafe requests, by method × content type × Origin × Sec-Fetch-Site', () => {
  it.each(['/logout', '/trpc/auth.logout', '/trpc/auth.logout,auth.logout?batch=1'])(
    '%s requests reach a handler only if they are same-origin JSON',
    { timeout: 120_000 },
    async (path) => {
      const refused = allCells().filter(
        ({ method, type, body, origin, site }) => !mayRun(method, type, body, origin, site),
      );
      const wrong = await findAll(refused, async (cell) => {
        const { status, headers: answered } = await send(path, cell);
        /** GET and HEAD are answered by the single-page app, or by tRPC without a handler. */
        const isRead = cell.method === 'GET' || cell.method === 'HEAD';
        return status >= 500 || answered['set-cookie'] !== undefined || !(status >= 400 || isRead);
      });
      expect(wrong).toEqual([]);
      expect(refused.length).toBeGreaterThan(2_000);
      expect(await isSignedIn()).toBe(true);
    },
  );

  it('a same-origin POST with JSON reaches the handler', { timeout: 120_000 }, async () => {
    const own = allCells().filter(
      ({ method, type, body, origin, site }) =>
        method === 'POST' && mayRun(method, type, body, origin, site),
    );
    expect(own.length).toBeGreaterThan(50);
    expect(
      await findAll(own, async (cell) => (await send('/refresh', cell)).status !== 200),
    ).toEqual([]);
  });
});

describe('requests from other origins that read', () => {
  const cors = async (
    origin: string,
    init: { method?: string; headers?: Record<string, string> } = {},
  ) =>
    (await sendRaw(app.origin, '/dashboard', { ...init, headers: { ...init.headers, origin } }))
      .headers;

  it('only origins in PUBLIC_ORIGIN may read responses and send cookies', async () => {
    expect(await cors(SPA)).toMatchObject({
      'access-control-allow-origin': SPA,
      'access-control-allow-credentials': 'true',
    });
    for (const origin of origins.filter((one) => one !== undefined && one !== SPA))
      expect(
        Object.keys(await cors(origin ?? '')).filter((name) => name.startsWith('access-control')),
      ).toEqual([]);
  });

  it('answers a preflight without running a handler', async () => {
    const preflight = {
      method: 'OPTIONS',
      headers: {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    };
    expect(await cors(SPA, preflight)).toMatchObject({
      'access-control-allow-methods': 'GET, HEAD, POST',
      vary: 'Origin, Sec-Fetch-Site',
    });
    expect(await cors('https://evil.example', preflight)).not.toHaveProperty(
      'access-control-allow-methods',
    );
  });

  it.each(['/dashboard', '/trpc/auth.session', '/nowhere', '/openapi.json'])(
    'the response of %s varies on Origin and Access-Control-Request-Headers',
    async (path) => {
      expect(
        (await sendRaw(app.origin, path, { headers: { origin: SPA } })).headers.vary,
      ).toContain('Origin, Sec-Fetch-Site');
    },
  );

  it('serves a followed cross-site link and refuses a cross-site subresource', async () => {
    const from = (mode: string, dest: string) =>
      sendRaw(app.origin, '/dashboard', {
        headers: {
          cookie,
          'sec-fetch-site': 'cross-site',
          'sec-fetch-mode': mode,
          'sec-fetch-dest': dest,
        },
      });
    expect((await from('navigate', 'document')).status).toBe(200);
    for (const [mode, dest] of [
      ['navigate', 'iframe'],
      ['no-cors', 'image'],
      ['no-cors', 'script'],
      ['cors', 'empty'],
    ] as const)
      expect((await from(mode, dest)).status).toBe(403);
  });
});
