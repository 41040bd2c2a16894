import { describe, expect, it } from 'vitest';
import { parseCookieOptions } from './cookie-options.ts';
import { strayCookies } from './session-cookies.ts';

const domainsOf = (host: string | undefined, options = {}) =>
  strayCookies(parseCookieOptions({ hostPrefix: false, ...options }), host)
    .filter((cookie) => cookie.startsWith('X-Refresh-Token=;'))
    .map((cookie) => /Domain=([^;]+)/.exec(cookie)?.[1] ?? 'the host alone');

describe('a sign-in expires the cookies that other hosts of the site may have set', () => {
  it('expires, at a sign-in, cookies of the host and of each parent domain', () => {
    expect(domainsOf('shop.app.example.com:8443')).toEqual([
      'shop.app.example.com',
      'app.example.com',
      'example.com',
    ]);
    expect(domainsOf('example.com')).toEqual(['example.com']);
  });

  it("expires cookies of the host alone if the session's cookies have a domain", () => {
    expect(domainsOf('app.example.com', { domain: 'example.com' })).toEqual([
      'the host alone',
      'app.example.com',
    ]);
  });

  it.each([
    undefined,
    '',
    'localhost',
    'localhost:3000',
    '127.0.0.1:3000',
    '[::1]:3000',
    '10.0.0.7',
  ])('expires no cookie of a domain for the host %j', (host) => {
    expect(domainsOf(host)).toEqual([]);
  });

  it('expires stray cookies of each of the three names at once', () => {
    const cookies = strayCookies(parseCookieOptions({ hostPrefix: false }), 'example.com');
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual([
      'X-Access-Token',
      'X-Refresh-Token',
      'X-Username',
    ]);
    for (const cookie of cookies) expect(cookie).toMatch(/; Max-Age=0; Domain=example\.com;/);
  });

  it('expires no stray cookies with the __Host- prefix', () => {
    expect(strayCookies(parseCookieOptions(), 'app.example.com')).toEqual([]);
    expect(parseCookieOptions().hostPrefix).toBe(true);
    expect(parseCookieOptions({ domain: 'example.com' }).hostPrefix).toBe(false);
    expect(parseCookieOptions({ secure: false }).hostPrefix).toBe(false);
  });
});
