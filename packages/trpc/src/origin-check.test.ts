import { OptionsError } from '@latchkey/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crossOriginAccess } from './cross-origin-access.ts';
import { latchkey } from './express.ts';
import { isSameOrigin, parseOrigins } from './origin-check.ts';
import { startTestApp, type TestApp } from './testing/test-app.ts';

const DEV = 'http://localhost:5173';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({ allowedOrigins: [DEV] });
});
afterEach(() => app.close());

describe('a request that may change something', () => {
  const own = () => app.origin;
  it.each<[string, () => Record<string, string>, number]>([
    ['from no browser', () => ({}), 200],
    ['of our own page', () => ({ 'sec-fetch-site': 'same-origin', origin: own() }), 200],
    ['typed by a person', () => ({ 'sec-fetch-site': 'none' }), 200],
    ['of an older browser on our own page', () => ({ origin: own() }), 200],
    ['of an allowed origin', () => ({ 'sec-fetch-site': 'cross-site', origin: DEV }), 200],
    ['of another site', () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }), 403],
    ['of another site without an Origin', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
    ['of a sibling subdomain', () => ({ 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' }), 403],
    ['of another port', () => ({ origin: 'http://localhost:1' }), 403],
    ['of a sandboxed page', () => ({ origin: 'null' }), 403],
    ['of an Origin that merely begins like ours', () => ({ origin: `${own()}.evil.example` }), 403],
    ['of something that is no origin', () => ({ origin: '://' }), 403],
  ])('%s', async (_title, headers, status) => {
    const browser = await app.signedIn();
    const reply = await browser.request('/trpc/auth.logout', { method: 'POST', headers: { 'content-type': 'application/json', ...headers() } });
    expect(reply.status).toBe(status);
    if (status === 403) {
      expect([JSON.parse(reply.body).error.data.reason, reply.setCookies]).toEqual(['cross_site', []]);
      expect((await browser.request('/trpc/dashboard')).status).toBe(200);
    }
  });
});

describe('a request that only reads', () => {
  it.each<[string, Record<string, string>, number]>([
    ['that a page of another site makes', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'sec-fetch-mode': 'cors' }, 403],
    ['that a page of a sibling subdomain embeds', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 403],
    ['in a frame of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
    ['of an older browser on another page', { origin: 'https://evil.example' }, 403],
    ['of an allowed origin', { 'sec-fetch-site': 'cross-site', origin: DEV }, 200],
    ['from no browser', {}, 200],
  ])('%s', async (_title, headers, status) => {
    const browser = await app.signedIn();
    const reply = await browser.request('/trpc/dashboard', { headers });
    expect([reply.status, reply.headers.get('vary')]).toEqual([status, expect.stringContaining('Origin, Sec-Fetch-Site')]);
  });
});

describe('the origin of an HTTPS app (V2)', () => {
  const HOST = 'app.example.com';
  const POST = { host: HOST };
  const HANDSHAKE = { ...POST, upgrade: 'websocket' };
  const judge = (method: string, headers: Record<string, string>, rules: Parameters<typeof isSameOrigin>[1]) =>
    isSameOrigin({ method, headers, socket: { encrypted: true } }, rules);

  it.each([
    ['https://app.example.com', true],
    ['http://app.example.com', false],
    ['https://app.example.com:443', false],
    ['https://app.example.com:8443', false],
    ['https://APP.example.com', false],
    ['https://app.example.com/', false],
    ['https://app.example.com.', false],
    ['app.example.com', false],
    ['null', false],
    ['', false],
  ])('%s is compared exactly, with its scheme: %s', (origin, isSame) => {
    for (const rules of [
      { allowed: [], trustHost: true },
      { allowed: ['https://app.example.com'], trustHost: false },
    ]) {
      expect(judge('POST', { ...POST, origin }, rules)).toBe(isSame);
      expect(judge('GET', { ...HANDSHAKE, origin }, rules)).toBe(isSame);
    }
  });

  it.each([
    ['the origin made of Host does not count', { origin: 'https://app.example.com' }, false],
    ['nor does it with Sec-Fetch-Site, as after DNS rebinding', { origin: 'https://app.example.com', 'sec-fetch-site': 'same-origin' }, false],
    ['a listed origin counts', { origin: 'https://www.example.com', 'sec-fetch-site': 'same-site' }, true],
    ['a listed origin counts in plain HTTP only if it is listed so', { origin: 'http://www.example.com' }, false],
    ['a request without Origin counts by Sec-Fetch-Site', { 'sec-fetch-site': 'same-origin' }, true],
    ['a form of our own under no-referrer counts by Sec-Fetch-Site', { origin: 'null', 'sec-fetch-site': 'same-origin' }, true],
    ['a sandboxed page does not', { origin: 'null', 'sec-fetch-site': 'cross-site' }, false],
    ['a request that is not a browser’s counts', {}, true],
  ])('with the list alone, %s', (_title, headers, isSame) => {
    expect(judge('POST', { ...POST, ...headers }, { allowed: ['https://www.example.com'], trustHost: false })).toBe(isSame);
  });

  it.each([
    ['cross-site', 'navigate', 'document', false],
    ['cross-site', 'websocket', 'websocket', false],
    ['same-origin', 'navigate', 'document', false],
    ['same-origin', 'websocket', 'empty', true],
    ['none', 'websocket', 'websocket', true],
  ])('a handshake from %s in mode %s for a %s is admitted: %s', (site, mode, dest, isSame) => {
    const headers = { ...HANDSHAKE, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest };
    expect(judge('GET', headers, { allowed: [], trustHost: true })).toBe(isSame);
  });

  it('follows the scheme that a trusted proxy vouches for', () => {
    const behind = (protocol: string) => ({
      method: 'POST',
      headers: { host: HOST, origin: 'https://app.example.com', 'x-forwarded-proto': protocol },
      app: { get: () => (_address: string, hop: number) => hop < 1 },
    });
    const rules = { allowed: [], trustHost: true };
    expect([isSameOrigin(behind('https'), rules), isSameOrigin(behind('https, http'), rules)]).toEqual([true, false]);
  });
});

it('a list alone counts unless trustHost is set: the origin made of Host does not (V2)', async () => {
  for (const [trustHost, status] of [
    [true, 200],
    [false, 403],
  ] as const) {
    const listed = await startTestApp({ allowedOrigins: [DEV], trustHost });
    const own = await listed.browser().request('/trpc/auth.session', { headers: { origin: listed.origin } });
    const dev = await listed.browser().request('/trpc/auth.session', { headers: { origin: DEV } });
    expect([own.status, dev.status]).toEqual([status, 200]);
    await listed.close();
  }
});

describe('a list of origins (V2)', () => {
  it.each([
    ['app.example.com', 'has no scheme: write https://app.example.com'],
    ['app.example.com:8443', 'has no scheme: write https://app.example.com:8443'],
    ['localhost:5173', 'has no scheme: write https://localhost:5173'],
    ['//app.example.com', 'has no scheme: write https://app.example.com'],
    ['https://app.example.com/', 'must be an origin as browsers send it, without a path: write https://app.example.com'],
    ['https://App.example.com:443/a?b', 'must be an origin as browsers send it, without a path: write https://app.example.com'],
    ['https://*.example.com', 'must be exact origins, without a pattern: name each of them'],
    ['https://', 'is not a valid URL: write an origin like https://app.example.com'],
    ['ftp://app.example.com', 'must be an origin like https://app.example.com'],
    ['null', 'must not be null: sandboxed pages of every site send that'],
    ['', 'must be an origin like https://app.example.com'],
  ])('with %j is refused: %s', (value, fix) => {
    try {
      parseOrigins('allowedOrigins', ['https://good.example', value]);
      expect.unreachable();
    } catch (error) {
      expect((error as OptionsError).faults).toEqual([{ option: 'allowedOrigins', value, fix }]);
    }
  });

  it('is checked when the middleware is made', () => {
    expect(() => latchkey({ layer: app.layer, allowedOrigins: ['app.example.com'] })).toThrow(OptionsError);
    expect(() => crossOriginAccess(['app.example.com'])).toThrow(OptionsError);
  });
});
