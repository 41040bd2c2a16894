import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from './testing/send-raw.ts';
import { startApp, type TestServer } from './testing/start-app.ts';

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
const addresses = () => app?.log().flatMap(({ event, ipAddress }) => (event === 'authentication' ? [ipAddress] : []));

describe('without a proxy declared', () => {
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app?.close());

  it('forwarded headers change nothing: not the address, the path, the method', async () => {
    const [plain, spoofed] = [await sendRaw(app?.origin ?? '', '/dashboard'), await sendRaw(app?.origin ?? '', '/dashboard', { headers: SPOOFED })];
    const told = ({ status, body }: typeof plain) => [status, body.replace(/"requestId":"[^"]+"/, '')];
    expect(told(spoofed)).toEqual(told(plain));
    expect(addresses()).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});

describe('with proxies declared', () => {
  const chain = 'not an address, 198.51.100.1, 203.0.113.7, 192.0.2.2';
  it.each([
    ['one hop', 1, '192.0.2.2'],
    ['two hops', 2, '203.0.113.7'],
    ['more than there are', 9, 'not an address'],
  ])('%s: the address is the one that many from the right, whatever the caller wrote before it', async (_title, trustProxy, address) => {
    const behind = await startApp({ trustProxy });
    app = behind;
    await sendRaw(behind.origin, '/dashboard', { headers: { ...SPOOFED, 'x-forwarded-for': chain } });
    expect(addresses()).toEqual([address]);
    await behind.close();
  });

  it('their protocol decides what is plain HTTP, which production refuses without redirecting; the host they forward does not count', async () => {
    const behind = await startApp({ trustProxy: 1, httpsOnly: true });
    const over = (headers: Record<string, string>) => sendRaw(behind.origin, '/dashboard', { headers });
    for (const headers of [{}, { 'x-forwarded-proto': 'http' }, { forwarded: 'proto=https' }] as Record<string, string>[]) {
      const { status, headers: answered, body } = await over(headers);
      expect([status, answered.location, JSON.parse(body).reason]).toEqual([403, undefined, 'https_required']);
    }
    expect((await over({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' })).status).toBe(401);
    await behind.close();
  });
});

describe('the names the server answers under', () => {
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
  ])('Host: %s → %i', async (host, status) => {
    const named = await startApp({ publicOrigins: ['https://app.example'], variables: { ALLOWED_HOSTS: 'Other.example' } });
    const reply = await sendRaw(named.origin, '/dashboard', { headers: { host } });
    expect(reply.status).toBe(status);
    if (status === 400) expect(JSON.parse(reply.body).reason).toBe('host_not_allowed');
    expect((await sendRaw(named.origin, '/livez', { headers: { host: '10.0.0.1' } })).status).toBe(200);
    await named.close();
  });
});
