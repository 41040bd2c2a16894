import { OptionsError } from '@latchkey/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crossOriginAccess } from '../adapters/cors.ts';
import { latchkey } from '../adapters/node-middleware.ts';
import { type HttpApp, startHttpApp } from '../testing/http-app.ts';

const DEV = 'http://localhost:5173';

let app: HttpApp;
beforeEach(async () => {
  app = await startHttpApp({ allowedOrigins: [DEV], corsHeaders: ['X-Tenant'] });
});
afterEach(() => app.close());

describe('a POST request', () => {
  const own = () => app.origin;
  it.each<[string, () => Record<string, string>, number]>([
    ['from no browser', () => ({}), 200],
    ['of our own page', () => ({ 'sec-fetch-site': 'same-origin', origin: own() }), 200],
    ['typed by a person', () => ({ 'sec-fetch-site': 'none' }), 200],
    ['of an older browser on our own page', () => ({ origin: own() }), 200],
    ['of an allowed origin', () => ({ 'sec-fetch-site': 'cross-site', origin: DEV }), 200],
    [
      'of another site',
      () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }),
      403,
    ],
    ['of another site without an Origin', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
    [
      'of a sibling subdomain',
      () => ({ 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' }),
      403,
    ],
    ['of another port', () => ({ origin: 'http://localhost:1' }), 403],
    ['of a sandboxed page', () => ({ origin: 'null' }), 403],
    ['of an Origin that merely begins like ours', () => ({ origin: `${own()}.evil.example` }), 403],
    ['of something that is no origin', () => ({ origin: '://' }), 403],
  ])('judges a POST %s by its origin', async (_title, headers, status) => {
    const browser = await app.signedIn();
    const reply = await browser.request('/logout', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers() },
    });
    expect(reply.status).toBe(status);
    if (status === 403) {
      expect([JSON.parse(reply.body).reason, reply.setCookies]).toEqual(['cross_site', []]);
      expect((await browser.request('/dashboard')).status).toBe(200);
    }
  });
});

describe('a GET request', () => {
  it.each<[string, Record<string, string>, number]>([
    [
      'that a page of another site makes',
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'sec-fetch-mode': 'cors' },
      403,
    ],
    [
      'that a page of a sibling subdomain embeds',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      403,
    ],
    [
      'in a frame of another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      403,
    ],
    ['of an older browser on another page', { origin: 'https://evil.example' }, 403],
    ['of an allowed origin', { 'sec-fetch-site': 'cross-site', origin: DEV }, 200],
    ['from no browser', {}, 200],
  ])('judges a GET %s by its origin', async (_title, headers, status) => {
    const browser = await app.signedIn();
    const reply = await browser.request('/dashboard', { headers });
    expect([reply.status, reply.headers.get('vary')]).toEqual([
      status,
      expect.stringContaining('Origin, Sec-Fetch-Site'),
    ]);
  });
});

describe('a page of another origin (P8)', () => {
  const preflight = (origin: string) =>
    app.browser().request('/logout', {
      method: 'OPTIONS',
      headers: {
        origin,
        'sec-fetch-site': 'cross-site',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, x-tenant',
      },
    });

  it('lets a page of an allowed origin send cookies and its own headers', async () => {
    const { status, headers } = await preflight(DEV);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(DEV);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-headers')).toMatch(/Content-Type, .*, X-Tenant$/);
    expect(headers.get('access-control-allow-methods')).toContain('POST');
  });

  it('lets a page of an allowed origin read the response', async () => {
    const headers = { origin: DEV, 'sec-fetch-site': 'cross-site' };
    const reply = await app.browser().request('/session', { headers });
    expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([200, DEV]);
  });

  it('gives a page of another origin no permission', async () => {
    const { status, headers } = await preflight('https://evil.example');
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, null]);
    expect(headers.get('access-control-allow-methods')).toBeNull();
  });
});

it('accepts the origin formed by Host beside allowedOrigins only with trustHost (V2)', async () => {
  for (const [trustHost, status] of [
    [true, 200],
    [false, 403],
  ] as const) {
    const listed = await startHttpApp({ allowedOrigins: [DEV], trustHost });
    const own = await listed.browser().request('/session', { headers: { origin: listed.origin } });
    const dev = await listed.browser().request('/session', { headers: { origin: DEV } });
    expect([own.status, dev.status]).toEqual([status, 200]);
    await listed.close();
  }
});

it('rejects an invalid list of origins when the middleware is created', () => {
  expect(() => latchkey({ layer: app.layer, allowedOrigins: ['app.example.com'] })).toThrow(
    OptionsError,
  );
  expect(() => crossOriginAccess(['app.example.com'])).toThrow(OptionsError);
});

it.each([
  [{ contentTypes: ['multipart/form-data; boundary=x'] }, /^contentTypes = .*without parameters$/],
  [{ contentTypes: ['multipart'] }, /^contentTypes = "multipart"/],
  [{ corsHeaders: ['X-Tenant, X-Other'] }, /^corsHeaders = .*must be the name of a header$/],
  [{ corsHeaders: ['X\r\nSet-Cookie'] }, /^corsHeaders = /],
])('latchkey rejects the invalid list %j when the middleware is created', (options, message) => {
  expect(() => latchkey({ layer: app.layer, ...options })).toThrow(message);
});
