import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { commandLine } from '../../server/src/testing/command-line.ts';
import { processFixture, signIn, wait } from '../../server/src/testing/process-fixture.ts';

const { start, database } = processFixture();
const LATCHKEY_SECRET = Buffer.alloc(32, 6).toString('base64url');
const SERVICE = fileURLToPath(new URL('./main.ts', import.meta.url));

let ended: (() => Promise<unknown>) | undefined;
afterEach(() => ended?.());

/** The example as a process of its own, on another port than the server. */
async function startService(origin: string): Promise<(token: string | undefined, how?: 'cookie' | 'bearer') => Promise<{ status: number; body: unknown }>> {
  const child = spawn(process.execPath, [SERVICE, origin, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  ended = async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const address = /http:\S+/.exec(said.toString())?.[0] ?? '';
  return async (token, how = 'cookie') => {
    const headers: Record<string, string> =
      token === undefined ? {} : how === 'cookie' ? { cookie: `other=1; X-Access-Token=${token}` } : { authorization: `Bearer ${token}` };
    const reply = await fetch(address, { headers });
    return { status: reply.status, body: await reply.json() };
  };
}

const partOf = (token = '', index: number) => JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Record<string, string>;

describe.each(['ES256', 'RS256'] as const)('another service, with %s', { timeout: 90_000 }, (JWT_ALGORITHM) => {
  const variables = { LATCHKEY_SECRET, JWT_ALGORITHM };

  it('knows who is calling by the public keys alone, through every roll-over and after a key was taken out', async () => {
    const server = await start({ ...variables, KEY_ROLL_OVER_SECONDS: '6' });
    const ask = await startService(server.origin);
    const browser = server.browser();
    await signIn(browser);
    const token = () => browser.cookies().get('X-Access-Token');
    const bob = { status: 200, body: { userId: partOf(token(), 1).sub, username: 'bob', role: 'User' } };
    const first = token();
    expect([partOf(first, 0).alg, await ask(first), await ask(first, 'bearer')]).toEqual([JWT_ALGORITHM, bob, bob]);

    const seen = new Set<string | undefined>();
    while (seen.size < 2) {
      browser.dropCookie('X-Access-Token');
      await browser.request('/dashboard');
      seen.add(partOf(token(), 0).kid);
      expect(await ask(token())).toEqual(bob);
      await wait(0.2);
    }
    expect(await ask(first)).toEqual(bob);

    const cli = (words: string) => commandLine(words, { ...database(), ...variables, KEY_ROLL_OVER_SECONDS: '6' });
    const leaked = partOf(token(), 0).kid;
    expect((await cli(`keys remove ${leaked}`)).code).toBe(0);
    while (partOf(token(), 0).kid === leaked) {
      browser.dropCookie('X-Access-Token');
      expect((await browser.request('/dashboard')).status).toBe(200);
      await wait(0.1);
    }
    await wait(1.1);
    expect(await ask(token())).toEqual(bob);
  });
});

describe('another service', () => {
  it('refuses whatever Latchkey did not sign for it', async () => {
    const server = await start({ LATCHKEY_SECRET, JWT_ALGORITHM: 'ES256' });
    const ask = await startService(server.origin);
    const browser = server.browser();
    await signIn(browser);
    const good = browser.cookies().get('X-Access-Token') ?? '';
    const [header, claims] = [partOf(good, 0), partOf(good, 1)];
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const forged = (more: object) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: header.kid ?? '', ...more }).sign(privateKey);
    const unsigned = `${Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url')}.${good.split('.')[1]}.`;
    const refused = [undefined, 'nonsense', unsigned, `${good.slice(0, -4)}AAAA`, await forged({}), await forged({ jwk: await exportJWK(publicKey) })];
    for (const token of [...refused, await forged({ kid: 'unknown' }), await forged({ typ: 'JWT' })]) expect((await ask(token)).status).toBe(401);
    expect((await ask(good)).status).toBe(200);
  });

  it('says so when the public keys cannot be fetched: nobody knows who is calling', async () => {
    const server = await start({ LATCHKEY_SECRET, JWT_ALGORITHM: 'ES256' });
    const browser = server.browser();
    await signIn(browser);
    const token = browser.cookies().get('X-Access-Token');
    await server.kill('SIGKILL');
    const ask = await startService(server.origin);
    expect((await ask(token)).status).toBe(503);
  });
});
