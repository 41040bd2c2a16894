import type { OptionsError } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { NodeExchange } from '../adapters/node-exchange.ts';
import { isSameOrigin, parseOrigins } from './same-origin.ts';

const exchangeOf = (request: object) => new NodeExchange(request as never, {} as never);

describe('the origin of an HTTPS app (V2)', () => {
  const HOST = 'app.example.com';
  const POST = { host: HOST };
  const HANDSHAKE = { ...POST, upgrade: 'websocket' };
  const judge = (
    method: string,
    headers: Record<string, string>,
    rules: Parameters<typeof isSameOrigin>[1],
  ) => isSameOrigin(exchangeOf({ method, headers, socket: { encrypted: true } }), rules);

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
  ])('compares the origin %s exactly, scheme included: %s', (origin, isSame) => {
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
    [
      'the origin made of Host does not count with Sec-Fetch-Site either, as after DNS rebinding',
      { origin: 'https://app.example.com', 'sec-fetch-site': 'same-origin' },
      false,
    ],
    [
      'a listed origin counts',
      { origin: 'https://www.example.com', 'sec-fetch-site': 'same-site' },
      true,
    ],
    [
      'a listed origin counts in plain HTTP only if it is listed so',
      { origin: 'http://www.example.com' },
      false,
    ],
    [
      'a request without Origin counts by Sec-Fetch-Site',
      { 'sec-fetch-site': 'same-origin' },
      true,
    ],
    [
      'a form of our own under no-referrer counts by Sec-Fetch-Site',
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
      true,
    ],
    ['a sandboxed page does not count', { origin: 'null', 'sec-fetch-site': 'cross-site' }, false],
    ['a request that is not from a browser counts', {}, true],
  ])('decides by allowedOrigins alone: %s', (_title, headers, isSame) => {
    expect(
      judge(
        'POST',
        { ...POST, ...headers },
        { allowed: ['https://www.example.com'], trustHost: false },
      ),
    ).toBe(isSame);
  });

  it.each([
    ['cross-site', 'navigate', 'document', false],
    ['cross-site', 'websocket', 'websocket', false],
    ['same-origin', 'navigate', 'document', false],
    ['same-origin', 'websocket', 'empty', true],
    ['none', 'websocket', 'websocket', true],
  ])('judges a handshake from %s in mode %s for a %s: %s', (site, mode, dest, isSame) => {
    const headers = {
      ...HANDSHAKE,
      'sec-fetch-site': site,
      'sec-fetch-mode': mode,
      'sec-fetch-dest': dest,
    };
    expect(judge('GET', headers, { allowed: [], trustHost: true })).toBe(isSame);
  });

  it('compares the origin with the scheme that a trusted proxy reports', () => {
    const behind = (protocol: string) => ({
      method: 'POST',
      headers: { host: HOST, origin: 'https://app.example.com', 'x-forwarded-proto': protocol },
      app: { get: () => (_address: string, hop: number) => hop < 1 },
    });
    const rules = { allowed: [], trustHost: true };
    expect([
      isSameOrigin(exchangeOf(behind('https')), rules),
      isSameOrigin(exchangeOf(behind('https, http')), rules),
    ]).toEqual([true, false]);
  });
});

describe('a list of origins (V2)', () => {
  it.each([
    ['app.example.com', 'has no scheme: write https://app.example.com'],
    ['app.example.com:8443', 'has no scheme: write https://app.example.com:8443'],
    ['localhost:5173', 'has no scheme: write https://localhost:5173'],
    ['//app.example.com', 'has no scheme: write https://app.example.com'],
    [
      'https://app.example.com/',
      'must be an origin as browsers send it, without a path: write https://app.example.com',
    ],
    [
      'https://App.example.com:443/a?b',
      'must be an origin as browsers send it, without a path: write https://app.example.com',
    ],
    ['https://*.example.com', 'must be exact origins, without a pattern: name each of them'],
    ['https://', 'is not a valid URL: write an origin like https://app.example.com'],
    ['ftp://app.example.com', 'must be an origin like https://app.example.com'],
    ['null', 'must not be null: sandboxed pages of every site send that'],
    ['', 'must be an origin like https://app.example.com'],
  ])('parseOrigins rejects the origin %j: %s', (value, fix) => {
    try {
      parseOrigins('allowedOrigins', ['https://good.example', value]);
      expect.unreachable();
    } catch (error) {
      expect((error as OptionsError).faults).toEqual([{ option: 'allowedOrigins', value, fix }]);
    }
  });
});
