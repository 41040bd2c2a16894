import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RawInit, sendRaw } from '../testing/send-raw.ts';
import { startApp, type TestServer } from '../testing/start-app.ts';
import { ALWAYS } from './security-headers.ts';

const PAGE =
  '<!doctype html><html><head><script src="/theme.js"></script><link rel="modulepreload" href="/a.js"></head><body><script type="module">x</script></body></html>';

let app: TestServer;
let secure: TestServer;
let webDist: string;
beforeAll(async () => {
  webDist = mkdtempSync(join(tmpdir(), 'latchkey-dist-'));
  writeFileSync(join(webDist, 'index.html'), PAGE);
  mkdirSync(join(webDist, 'assets', 'folder'), { recursive: true });
  mkdirSync(join(webDist, 'icons'));
  writeFileSync(join(webDist, 'assets', 'app.js'), 'let a;');
  writeFileSync(join(webDist, 'icons', 'a.png'), 'a picture');
  app = await startApp({ webDist, publicOrigins: ['http://localhost:5173'] });
  secure = await startApp({ webDist, httpsOnly: true, trustProxy: 1 });
});
afterAll(async () => {
  await app.close();
  await secure.close();
  rmSync(webDist, { recursive: true });
});

const JSON_BODY = { 'content-type': 'application/json' };
/** Requests that lead to each kind of response, from each part of the server that responds. */
const CRAWL = (
  [
    ['/livez', 200],
    ['/readyz', 200],
    ['/openapi.json', 200],
    ['/.well-known/jwks.json', 200],
    ['/scalar', 200],
    ['/scalar/standalone.js', 200],
    ['/', 200, { headers: { accept: 'text/html' } }],
    ['/account', 200, { headers: { accept: 'text/html' } }],
    ['/dashboard', 401],
    ['/trpc/auth.session', 200],
    ['/trpc/dashboard', 401],
    ['/trpc/nowhere', 404],
    ['/nowhere', 404, { headers: { accept: 'application/json' } }],
    ['/dashboard', 401, { method: 'HEAD' }],
    [
      '/login',
      204,
      {
        method: 'OPTIONS',
        headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'POST' },
      },
    ],
    ['/assets', 404],
    ['/assets/', 404],
    ['/assets/folder', 404],
    ['/icons', 200, { headers: { accept: 'text/html' } }],
    ['/icons/a.png', 200],
    ['/icons/a.png', 206, { headers: { range: 'bytes=0-1' } }],
    ['/icons/a.png', 304, { headers: { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' } }],
    ['/icons/a.png', 400, { headers: { range: 'bytes=100-200' } }],
    ['/icons/a.png', 400, { headers: { 'if-match': '"other"' } }],
    ['/assets/app.js', 200, { headers: { 'accept-encoding': 'br' } }],
    [
      '/assets/app.js',
      304,
      {
        headers: { 'accept-encoding': 'br', 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
      },
    ],
    [
      '/scalar/standalone.js',
      304,
      {
        headers: {
          'accept-encoding': 'gzip',
          'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT',
        },
      },
    ],
    ['/scalar/', 200],
    ['/assets/none.js', 404],
    ['/%', 400],
    ['/login', 405, { method: 'PUT' }],
    ['/login', 400, { method: 'POST', headers: JSON_BODY, body: '{' }],
    [
      '/login',
      401,
      { method: 'POST', headers: JSON_BODY, body: '{"username":"mallory","password":"password"}' },
    ],
    ['/login', 413, { method: 'POST', headers: JSON_BODY, body: `"${'x'.repeat(102_400)}"` }],
    ['/login', 415, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }],
    [
      '/trpc/auth.login',
      413,
      { method: 'POST', headers: JSON_BODY, body: `"${'x'.repeat(102_400)}"` },
    ],
    ['/logout', 403, { method: 'POST', headers: { ...JSON_BODY, origin: 'https://evil.example' } }],
    ['/dashboard', 400, { headers: { host: 'evil.example' } }],
  ] as [string, number, RawInit?][]
).map(([path, status, init = {}]) => [path, status, init] as const);

describe('the security headers of a response', () => {
  it.each(CRAWL)('the response to %s (%i) has the security headers', async (path, status, init) => {
    const reply = await sendRaw(app.origin, path, init);
    expect(reply.status).toBe(status);
    expect(ALWAYS.filter((name) => reply.headers[name] === undefined)).toEqual([]);
    expect(reply.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(reply.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect([reply.headers['x-powered-by'], reply.headers.server]).toEqual([undefined, undefined]);
  });

  it.each(CRAWL)(
    'the response to %s (%i) has Strict-Transport-Security for two years in production',
    async (path, _status, init) => {
      const over = (protocol: string) =>
        sendRaw(secure.origin, path, {
          ...init,
          headers: { ...init.headers, 'x-forwarded-proto': protocol },
        });
      expect((await over('https')).headers['strict-transport-security']).toBe(
        'max-age=63072000; includeSubDomains',
      );
    },
  );

  it('sends no Strict-Transport-Security in development', async () => {
    expect((await sendRaw(app.origin, '/livez')).headers).not.toHaveProperty(
      'strict-transport-security',
    );
  });
});

describe('the CSP of a page', () => {
  const page = (path = '/') => sendRaw(app.origin, path, { headers: { accept: 'text/html' } });
  const nonce = (policy: unknown) => /'nonce-([^']+)'/.exec(String(policy))?.[1];

  it('the CSP of a page admits its scripts by a nonce unique to the response', async () => {
    const [first, second] = [await page(), await page()];
    const own = nonce(first.headers['content-security-policy']);
    expect(Buffer.from(own ?? '', 'base64').length).toBe(16);
    expect([...first.body.matchAll(/nonce="([^"]+)"/g)].map(([, value]) => value)).toEqual([
      own,
      own,
      own,
      own,
    ]);
    expect(nonce(second.headers['content-security-policy'])).not.toBe(own);
  });

  it.each(['/', '/scalar'])(
    'the CSP of %s forbids inline scripts, eval, other origins, plug-ins and base',
    async (path) => {
      const policy = String((await page(path)).headers['content-security-policy']);
      const scripts =
        policy.split(';').find((directive) => directive.startsWith('script-src')) ?? '';
      expect(scripts).toMatch(/^script-src 'nonce-[^']+' 'strict-dynamic'$/);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).toContain('report-to csp');
      expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
      expect(policy.includes('unsafe-inline')).toBe(path === '/scalar');
    },
  );

  it('the CSP of a response that is not a page allows no loading', async () => {
    expect((await sendRaw(app.origin, '/openapi.json')).headers['content-security-policy']).toBe(
      "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
    );
  });
});

describe('the report of a CSP violation', () => {
  const older = {
    'csp-report': {
      'document-uri': 'http://localhost/a?secret=1',
      'effective-directive': 'script-src',
      'blocked-uri': 'https://evil.example/x.js?token=2#3',
    },
  };
  const newer = [
    {
      type: 'csp-violation',
      body: {
        documentURL: 'http://localhost/b#secret',
        effectiveDirective: 'style-src',
        blockedURL: 'inline',
      },
    },
  ];
  const report = (body: unknown, type: string) =>
    sendRaw(app.origin, '/csp-reports', {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    });
  const told = () => app.log().filter(({ event }) => event === 'csp.violated');

  it('a CSP report is logged without queries and fragments', async () => {
    expect([
      (await report(older, 'application/csp-report')).status,
      (await report(newer, 'application/reports+json')).status,
    ]).toEqual([204, 204]);
    expect(told()).toMatchObject([
      {
        level: 'warn',
        directive: 'script-src',
        blocked: 'https://evil.example/x.js',
        page: 'http://localhost/a',
      },
      { directive: 'style-src', blocked: 'inline', page: 'http://localhost/b' },
    ]);
    expect(app.rawLog()).not.toMatch(/secret=|token=2|#secret/);
  });

  it.each([
    ['an unknown shape', { a: 1 }, 'application/csp-report', 400],
    [
      'too many bytes',
      { 'csp-report': { 'document-uri': 'x'.repeat(20_000) } },
      'application/csp-report',
      413,
    ],
    ['a form', {}, 'text/plain', 400],
  ])('refuses a CSP report with %s', async (_title, body, type, status) => {
    expect((await report(body, type)).status).toBe(status);
  });

  it('logs at most sixty CSP reports a minute', async () => {
    for (let n = 0; n < 70; n++) await report(older, 'application/csp-report');
    expect(told().length).toBe(60);
    app.clock.advance(60);
    await report(older, 'application/csp-report');
    expect(told().length).toBe(61);
  });
});
