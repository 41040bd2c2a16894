import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { sendRaw } from '../testing/send-raw.ts';
import { startApp, type TestServer } from '../testing/start-app.ts';
import { ALWAYS } from './security-headers.ts';

const SPOOFED = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-port': '1',
  'x-real-ip': '203.0.113.7',
  'x-original-url': '/admin-only',
  'x-rewrite-url': '/admin-only',
  'x-http-method-override': 'DELETE',
  'x-client-ip': '203.0.113.7',
  'cf-connecting-ip': '203.0.113.7',
  'true-client-ip': '203.0.113.7',
  forwarded: 'for=203.0.113.7;proto=https;host=evil.example',
};

let app: TestServer | undefined;
const addresses = () =>
  app?.log().flatMap(({ event, ipAddress }) => (event === 'authentication' ? [ipAddress] : []));

describe("the client's address without TRUST_PROXY", () => {
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app?.close());

  it('without TRUST_PROXY, forwarded headers change neither address nor path nor method', async () => {
    const [plain, spoofed] = [
      await sendRaw(app?.origin ?? '', '/dashboard'),
      await sendRaw(app?.origin ?? '', '/dashboard', { headers: SPOOFED }),
    ];
    const told = ({ status, body }: typeof plain) => [
      status,
      body.replace(/"requestId":"[^"]+"/, ''),
    ];
    expect(told(spoofed)).toEqual(told(plain));
    expect(addresses()).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});

describe("the client's address with TRUST_PROXY", () => {
  const chain = 'not an address, 198.51.100.1, 203.0.113.7, 192.0.2.2';
  it.each([
    ['one hop', 1, '192.0.2.2'],
    ['two hops', 2, '203.0.113.7'],
    ['more hops than addresses, the first of them invalid', 9, '127.0.0.1'],
  ])(
    'with TRUST_PROXY of %s, takes the address at the trusted position from the right',
    async (_title, trustProxy, address) => {
      const behind = await startApp({ trustProxy });
      app = behind;
      await sendRaw(behind.origin, '/dashboard', {
        headers: { ...SPOOFED, 'x-forwarded-for': chain },
      });
      expect(addresses()).toEqual([address]);
      await behind.close();
    },
  );

  it('behind a proxy, uses the forwarded protocol but ignores the forwarded host', async () => {
    const behind = await startApp({ trustProxy: 1, httpsOnly: true });
    const over = (headers: Record<string, string>) =>
      sendRaw(behind.origin, '/dashboard', { headers });
    for (const headers of [
      {},
      { 'x-forwarded-proto': 'http' },
      { forwarded: 'proto=https' },
    ] as Record<string, string>[]) {
      const { status, headers: answered, body } = await over(headers);
      expect([status, answered.location, JSON.parse(body).reason]).toEqual([
        403,
        undefined,
        'https_required',
      ]);
    }
    expect(
      (await over({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' })).status,
    ).toBe(401);
    await behind.close();
  });
});

describe('a production server behind one proxy', () => {
  const HOST = { host: 'app.example.com', 'x-forwarded-proto': 'https' };
  beforeAll(async () => {
    app = await startApp({
      httpsOnly: true,
      trustProxy: 1,
      publicOrigins: ['https://app.example.com'],
      variables: { METRICS_TOKEN: 'a-token-for-prometheus', ALLOWED_HOSTS: 'internal.example.com' },
    });
  });
  afterAll(() => app?.close());
  const send = (path: string, headers: Record<string, string>, method = 'GET') =>
    sendRaw(app?.origin ?? '', path, { method, headers: { ...HOST, ...headers } });

  it.each([
    ['https', 401],
    ['HTTPS', 401],
    ['http, https', 401],
    ['https, http', 403],
    ['https,http', 403],
    ['https,', 403],
    ['', 403],
  ])(
    'X-Forwarded-Proto: %s is answered with %i, by the entry of the trusted hop (V7)',
    async (protocol, status) => {
      expect((await send('/dashboard', { 'x-forwarded-proto': protocol })).status).toBe(status);
    },
  );

  it.each([
    '/metrics',
    '/openapi.json',
    '/scalar',
    '/scalar/standalone.js',
    '/.well-known/jwks.json',
    '/csp-reports',
    '/',
    '/nowhere',
  ])('refuses %s under a foreign Host, and over plain HTTP (V8)', async (path) => {
    const token = { authorization: 'Bearer a-token-for-prometheus' };
    const reasonOf = async (headers: Record<string, string>) =>
      JSON.parse((await send(path, { ...token, ...headers })).body).reason;
    expect([
      await reasonOf({ host: 'evil.example' }),
      await reasonOf({ 'x-forwarded-proto': 'http' }),
    ]).toEqual(['host_not_allowed', 'https_required']);
  });

  it('refuses a preflight under a foreign Host (V8)', async () => {
    const preflight = {
      origin: 'https://app.example.com',
      'access-control-request-method': 'POST',
    };
    expect((await send('/login', preflight, 'OPTIONS')).status).toBe(204);
    expect((await send('/login', { ...preflight, host: 'evil.example' }, 'OPTIONS')).status).toBe(
      400,
    );
  });

  it('serves metrics under an allowed Host, and probes under any Host and plain HTTP (V8)', async () => {
    expect(
      (await send('/metrics', { authorization: 'Bearer a-token-for-prometheus' })).status,
    ).toBe(200);
    for (const path of ['/livez', '/readyz'])
      expect((await send(path, { host: '10.0.0.7', 'x-forwarded-proto': 'http' })).status).toBe(
        200,
      );
  });

  it.each([
    ['https://app.example.com', 200, 101],
    ['http://app.example.com', 403, 403],
    ['https://localhost', 403, 403],
    ['null', 403, 403],
  ])(
    'a call from %s is answered with %i and a handshake with %i, by PUBLIC_ORIGIN (V2)',
    async (origin, call, handshake) => {
      expect((await send('/logout', { origin }, 'POST')).status).toBe(call);
      const socket = new WebSocket(`${app?.origin.replace('http', 'ws')}/trpc`, {
        headers: { ...HOST, origin },
      });
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        socket.on('upgrade', resolve);
        socket.on('unexpected-response', (_request, response) => resolve(response));
        socket.on('error', reject);
      });
      socket.terminate();
      expect([
        answer.statusCode,
        ALWAYS.filter((name) => answer.headers[name] === undefined),
      ]).toEqual([handshake, []]);
    },
  );

  it('refuses calls of a page under an allowed host outside PUBLIC_ORIGIN (V2)', async () => {
    const headers = { host: 'internal.example.com', origin: 'https://internal.example.com' };
    for (const site of [{}, { 'sec-fetch-site': 'same-origin' }])
      expect((await send('/logout', { ...headers, ...site }, 'POST')).status).toBe(403);
    expect((await send('/logout', { host: 'internal.example.com' }, 'POST')).status).toBe(200);
  });
});

describe('allowed hosts', () => {
  it.each([
    ['localhost', 401],
    ['LOCALHOST.:3000', 401],
    ['127.0.0.1', 401],
    ['[::1]:3000', 401],
    ['app.example', 401],
    ['app.example:8443', 401],
    ['other.example', 401],
    ['evil.example', 400],
    ['app.example.evil.example', 400],
    ['[::1', 400],
    ['app.example:99999999', 400],
  ])('answers the header Host: %s with %i', async (host, status) => {
    const named = await startApp({
      publicOrigins: ['https://app.example'],
      variables: { ALLOWED_HOSTS: 'Other.example' },
    });
    const reply = await sendRaw(named.origin, '/dashboard', { headers: { host } });
    expect(reply.status).toBe(status);
    if (status === 400) expect(JSON.parse(reply.body).reason).toBe('host_not_allowed');
    expect((await sendRaw(named.origin, '/livez', { headers: { host: '10.0.0.1' } })).status).toBe(
      200,
    );
    await named.close();
  });
});
