import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { settableClock } from '@latchkey/core/testing';
import {
  commandLine,
  processFixture,
  signIn,
  startApp,
  type TestServer,
} from '@latchkey/server/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyingService } from './verifying-service.ts';

const ACCESS_TOKEN_SECONDS = 600;
/** Seconds for which jose does not fetch the public keys again, as in the example. */
const COOLDOWN_SECONDS = 30;
/** Interval in seconds at which the server reads its keys (docs/keys.md). */
const KEYS_READ_SECONDS = 10;
const LATCHKEY_SECRET = Buffer.from('the secret of these tests, number 6').toString('base64url');
const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));

const { database } = processFixture();
const clock = settableClock();
const ends: (() => Promise<unknown>)[] = [];
/** Advances the server's clock, and with it the clock that jose reads. */
async function pass(seconds: number): Promise<void> {
  vi.setSystemTime(clock.now() + seconds * 1000);
  await clock.pass(seconds);
}
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: clock.now() }));
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  vi.useRealTimers();
});

async function startServer(variables: Record<string, string>): Promise<TestServer> {
  const { DATABASE_URL } = database();
  const session = { accessTokenSeconds: ACCESS_TOKEN_SECONDS };
  const server = await startApp({
    databaseUrl: DATABASE_URL,
    session,
    clock,
    jobs: true,
    variables: { LATCHKEY_SECRET, ...variables },
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= server.close();
    return closing;
  };
  ends.push(close);
  return { ...server, close };
}

const asking =
  (address: string) =>
  async (
    token: string | undefined,
    how: 'cookie' | 'bearer' = 'cookie',
  ): Promise<{ status: number; body: unknown }> => {
    const headers: Record<string, string> =
      token === undefined
        ? {}
        : how === 'cookie'
          ? { cookie: `other=1; X-Access-Token=${token}` }
          : { authorization: `Bearer ${token}` };
    const reply = await fetch(address, { headers });
    return { status: reply.status, body: await reply.json() };
  };

/** Starts the example service beside the server, on another port. */
async function startService(origin: string) {
  const publicKeys = new URL('/.well-known/jwks.json', origin);
  const service: Server = verifyingService({
    publicKeys,
    issuer: 'latchkey',
    audience: 'latchkey',
    cookieName: 'X-Access-Token',
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  ends.push(async () => {
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
  });
  return asking(`http://127.0.0.1:${(service.address() as AddressInfo).port}`);
}

/** Starts the example service as `npm run example` does, in a separate process. */
async function startProgram(origin: string) {
  const child = spawn(process.execPath, [PROGRAM, origin, '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  ends.push(() => {
    child.kill('SIGKILL');
    return closed;
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return asking(/http:\S+/.exec(said.toString())?.[0] ?? '');
}

const partOf = (token = '', index: number) =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Record<
    string,
    string
  >;

describe.each(['ES256', 'RS256'] as const)(
  'a service that verifies access tokens, with %s',
  { timeout: 90_000 },
  (JWT_ALGORITHM) => {
    const variables = { JWT_ALGORITHM, KEY_ROTATION_SECONDS: '3600' };

    it('a verifying service identifies the caller by public keys, through key rotation and removal', async () => {
      const server = await startServer(variables);
      const ask = await startService(server.origin);
      const browser = server.browser();
      await signIn(browser);
      const token = () => browser.cookies().get('X-Access-Token');
      const nextToken = async () => {
        browser.dropCookie('X-Access-Token');
        expect((await browser.request('/dashboard')).status).toBe(200);
        return token();
      };
      const bob = {
        status: 200,
        body: { userId: partOf(token(), 1).sub, username: 'bob', role: 'User', claims: {} },
      };
      expect([partOf(token(), 0).alg, await ask(token()), await ask(token(), 'bearer')]).toEqual([
        JWT_ALGORITHM,
        bob,
        bob,
      ]);

      const seen = new Set([partOf(token(), 0).kid]);
      for (let step = 0; seen.size < 3; step++) {
        expect(step).toBeLessThan(90);
        const before = token();
        await pass(120);
        expect(await ask(await nextToken())).toEqual(bob);
        expect(await ask(before)).toEqual(bob);
        seen.add(partOf(token(), 0).kid);
      }

      const leaked = token();
      const removed = await commandLine(
        `keys remove ${partOf(leaked, 0).kid}`,
        { ...database(), LATCHKEY_SECRET, ...variables },
        { clock },
      );
      expect(removed.code).toBe(0);
      await pass(KEYS_READ_SECONDS);
      expect(partOf(await nextToken(), 0).kid).not.toBe(partOf(leaked, 0).kid);
      await pass(COOLDOWN_SECONDS);
      expect(await ask(token())).toEqual(bob);
      expect((await ask(leaked)).status).toBe(401);
    });
  },
);

describe('a service that verifies access tokens', () => {
  it('a verifying service refuses an expired token, and tokens not signed for it', async () => {
    const server = await startServer({ JWT_ALGORITHM: 'ES256' });
    const ask = await startService(server.origin);
    const browser = server.browser();
    await signIn(browser);
    const good = browser.cookies().get('X-Access-Token') ?? '';
    const [header, claims] = [partOf(good, 0), partOf(good, 1)];
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const forged = (more: object) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: header.kid ?? '', ...more })
        .sign(privateKey);
    const unsigned = `${Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url')}.${good.split('.')[1]}.`;
    const refused = [
      undefined,
      'nonsense',
      unsigned,
      `${good.slice(0, -4)}AAAA`,
      await forged({}),
      await forged({ jwk: await exportJWK(publicKey) }),
    ];
    for (const token of [
      ...refused,
      await forged({ kid: 'unknown' }),
      await forged({ typ: 'JWT' }),
    ])
      expect((await ask(token)).status).toBe(401);
    await pass(ACCESS_TOKEN_SECONDS - 1);
    expect((await ask(good)).status).toBe(200);
    await pass(1);
    expect((await ask(good)).status).toBe(401);
  });

  it('a verifying service answers 503 when the public keys cannot be fetched', async () => {
    const server = await startServer({ JWT_ALGORITHM: 'ES256' });
    const browser = server.browser();
    await signIn(browser);
    const token = browser.cookies().get('X-Access-Token');
    const program = await startProgram(server.origin);
    expect((await program(token)).status).toBe(200);
    await server.close();
    for (const ask of [await startService(server.origin), await startProgram(server.origin)])
      expect((await ask(token)).status).toBe(503);
  });
});
