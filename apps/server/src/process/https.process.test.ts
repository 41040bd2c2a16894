import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localTls } from '../config/local-tls.ts';
import { processFixture } from '../testing/process-fixture.ts';
import { sendBytes } from '../testing/send-bytes.ts';
import type { ServerProcess } from '../testing/start-process.ts';
import { startUp } from './start-up.ts';

const { path, spawn } = processFixture();

async function start(): Promise<ServerProcess> {
  const server = await spawn(
    { DATABASE_URL: 'file:latchkey.db' },
    { parameters: ['--https'], cwd: path() },
  );
  await expect.poll(server.output, { timeout: 60_000 }).toContain('Ctrl-C');
  return server;
}

/** Signs in like a browser that trusts the local authority and checks the server's name. */
function signIn(
  port: number,
  ca: string,
  host = 'localhost',
): Promise<{ status: number | undefined; cookies: string[] }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      origin: `https://${host}:${port}`,
      'sec-fetch-site': 'same-origin',
    };
    const sent = request(
      { host, port, path: '/login', method: 'POST', ca, headers },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode, cookies: response.headers['set-cookie'] ?? [] });
      },
    );
    sent.on('error', reject);
    sent.end('{"username":"bob","password":"password"}');
  });
}

describe('npm start -- --https', () => {
  it('--https serves HTTPS with a local certificate, prints its authority, and no plain HTTP', async () => {
    const { port, output } = await start();
    expect(output()).toContain(`https://localhost:${port}`);
    expect(output()).toContain(join('.data', 'tls', 'authority.pem'));
    const ca = readFileSync(path('.data', 'tls', 'authority.pem'), 'utf8');
    for (const host of ['localhost', '127.0.0.1']) {
      const { status, cookies } = await signIn(port, ca, host);
      expect([status, cookies.every((cookie) => /; Secure/.test(cookie))]).toEqual([200, true]);
    }
    expect(
      (await sendBytes(port, 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')).answer,
    ).not.toMatch(/^HTTP\/1.1 2/);
    await expect(signIn(port, 'no authority')).rejects.toThrow();
  });

  it.each([
    [
      ['--https'],
      {
        NODE_ENV: 'production',
        TRUST_PROXY: '1',
        LATCHKEY_SECRET: Buffer.from('the secret of these tests, number 1').toString('base64url'),
      },
      '--https is for development',
    ],
    [['--htps'], {}, '"--htps" is not an option. The options are: --https (development'],
  ])('npm start refuses the argument %j and names the fix', async (parameters, variables, told) => {
    const before = existsSync('.data/tls');
    expect(await startUp(parameters, () => variables)).toContain(told);
    expect(existsSync('.data/tls')).toBe(before);
  });

  it('--https keeps the authority and the certificate for the next start', async () => {
    const [first, second] = [await localTls(path('tls')), await localTls(path('tls'))];
    expect(second).toEqual(first);
  });
});
