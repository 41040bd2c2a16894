import express from 'express';
import { describe, expect, it } from 'vitest';
import { clientAddress, type ForwardedRequest, requestProtocol } from './forwarded.ts';

const SOCKET = '10.0.0.1';

function requestBehind(
  trustProxy: number | string | boolean | undefined,
  headers: Record<string, string>,
  encrypted = false,
): ForwardedRequest {
  const app = express();
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
  return { headers, app, socket: { remoteAddress: SOCKET, encrypted } };
}

describe('clientAddress (V5, G3)', () => {
  it.each([
    ['no proxy is trusted', undefined, '203.0.113.8', SOCKET],
    ['one hop appends', 1, '198.51.100.1, 203.0.113.8', '203.0.113.8'],
    ['one hop appends with a port', 1, '203.0.113.8:51734', '203.0.113.8'],
    ['one hop appends IPv6 with a port', 1, '[2001:DB8::8]:51734', '2001:db8::8'],
    ['one hop appends in quotes', 1, '"[2001:db8::8]:51734"', '2001:db8::8'],
    ['two hops append', 2, '198.51.100.1, 203.0.113.8:1, 10.0.0.2', '203.0.113.8'],
    ['the entry in X-Forwarded-For is a name', 1, '203.0.113.8, client.example', SOCKET],
    ['the entry in X-Forwarded-For is "unknown"', 1, '203.0.113.8, unknown', SOCKET],
    ['the entry in X-Forwarded-For is empty', 1, '203.0.113.8, ', SOCKET],
    ['X-Forwarded-For is missing', 1, '', SOCKET],
    ['more hops are trusted than there are', 9, '203.0.113.8:1, 10.0.0.2', '203.0.113.8'],
    [
      'a trusted network appends',
      '10.0.0.0/8',
      '198.51.100.1, 203.0.113.8, 10.0.0.2',
      '203.0.113.8',
    ],
    [
      'a trusted network appends with ports',
      '10.0.0.0/8',
      '198.51.100.1, 203.0.113.8:51734, 10.0.0.2:443',
      '203.0.113.8',
    ],
    ['the socket is outside the trusted network', '192.168.0.0/16', '203.0.113.8', SOCKET],
  ])('clientAddress, when %s: %s of %j is %s', (_when, trustProxy, forwarded, address) => {
    expect(clientAddress(requestBehind(trustProxy, { 'x-forwarded-for': forwarded }))).toBe(
      address,
    );
  });

  it.each([
    [{ headers: {}, socket: { remoteAddress: '::ffff:203.0.113.8' } }, '203.0.113.8'],
    [
      { headers: { 'x-forwarded-for': '198.51.100.1' }, socket: { remoteAddress: 'fe80::1%eth0' } },
      'fe80::1',
    ],
    [{ headers: {}, ip: '203.0.113.8:51734', socket: { remoteAddress: SOCKET } }, '203.0.113.8'],
    [{ headers: {}, ip: 'a name', socket: { remoteAddress: SOCKET } }, SOCKET],
    [{ headers: {}, socket: {} }, null],
    [{ headers: {} }, null],
  ] as [ForwardedRequest, string | null][])(
    'clientAddress of a request outside Express, %j, is %s',
    (request, address) => {
      expect(clientAddress(request)).toBe(address);
    },
  );
});

describe('requestProtocol (V7)', () => {
  it.each([
    ['no proxy is trusted', undefined, 'https', 'http'],
    ['one hop replaces', 1, 'https', 'https'],
    ['one hop appends to what the client wrote', 1, 'https, http', 'http'],
    ['one hop appends to what the client wrote', 1, 'http, https', 'https'],
    ['one hop appends nothing', 1, 'https,', 'http'],
    ['one hop names the scheme of a WebSocket', 1, 'WSS', 'https'],
    ['one hop writes something else', 1, 'httpsx', 'http'],
    ['two hops append', 2, 'https, http', 'https'],
    ['two hops append to what the client wrote', 2, 'https, http, http', 'http'],
    ['two hops, one of which writes the header', 2, 'https', 'https'],
    ['the socket is outside the trusted network', '192.168.0.0/16', 'https', 'http'],
    [
      'one proxy of a trusted network appends to what the client wrote',
      '10.0.0.0/8',
      'https, http',
      'http',
    ],
  ])('requestProtocol, when %s: %s of %j is %s', (_when, trustProxy, protocol, expected) => {
    const headers = {
      'x-forwarded-for': '198.51.100.1, 203.0.113.8',
      'x-forwarded-proto': protocol,
    };
    expect(requestProtocol(requestBehind(trustProxy, headers))).toBe(expected);
  });

  it("requestProtocol uses the outermost trusted proxy's entry when two proxies append", () => {
    const forwarded = (...protocols: string[]) => ({
      'x-forwarded-for': '203.0.113.8, 10.0.0.2',
      'x-forwarded-proto': protocols.join(', '),
    });
    expect(requestProtocol(requestBehind('10.0.0.0/8', forwarded('https', 'http')))).toBe('https');
    expect(requestProtocol(requestBehind('10.0.0.0/8', forwarded('https', 'http', 'http')))).toBe(
      'http',
    );
  });

  it("requestProtocol returns the socket's scheme if no proxy sends X-Forwarded-Proto", () => {
    expect(
      [true, false].map((encrypted) => requestProtocol(requestBehind(1, {}, encrypted))),
    ).toEqual(['https', 'http']);
    expect(
      requestProtocol({ headers: { 'x-forwarded-proto': 'https' }, socket: { encrypted: false } }),
    ).toBe('http');
  });
});
