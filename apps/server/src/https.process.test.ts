import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@latchkey/test-services/free-port';
import { afterEach, describe, expect, it } from 'vitest';
import { localTls } from './local-tls.ts';
import { sendBytes } from './testing/send-bytes.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

let child: ChildProcess | undefined;
let folder = '';
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

async function start(parameters: string[], variables: Record<string, string> = {}) {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-https-'));
  const port = await freePort();
  const env = { PATH: process.env.PATH, PORT: String(port), DATABASE_URL: 'file:latchkey.db', ...variables };
  const started = spawn(process.execPath, ['--conditions=@latchkey/source', MAIN, ...parameters], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child = started;
  let output = '';
  for (const stream of [started.stdout, started.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  while (!/Ctrl-C|"listening"/.test(output) && started.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 25));
  return { port, output: () => output };
}

/** As a browser that trusts the authority, and checks the name. */
function signIn(port: number, ca: string, host = 'localhost'): Promise<{ status: number | undefined; cookies: string[] }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', origin: `https://${host}:${port}`, 'sec-fetch-site': 'same-origin' };
    const sent = request({ host, port, path: '/login', method: 'POST', ca, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, cookies: response.headers['set-cookie'] ?? [] });
    });
    sent.on('error', reject);
    sent.end('{"username":"bob","password":"password"}');
  });
}

describe('npm start -- --https', () => {
  it('serves HTTPS with a certificate whose authority is made once, says where it is, and speaks no plain HTTP', async () => {
    const { port, output } = await start(['--https']);
    expect(output()).toContain(`https://localhost:${port}`);
    expect(output()).toContain(join('.data', 'tls', 'authority.pem'));
    const ca = readFileSync(join(folder, '.data/tls/authority.pem'), 'utf8');
    for (const host of ['localhost', '127.0.0.1']) {
      const { status, cookies } = await signIn(port, ca, host);
      expect([status, cookies.every((cookie) => /; Secure/.test(cookie))]).toEqual([200, true]);
    }
    expect((await sendBytes(port, 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')).answer).not.toMatch(/^HTTP\/1.1 2/);
    await expect(signIn(port, 'no authority')).rejects.toThrow();
  });

  it.each([
    [['--https'], { NODE_ENV: 'production', TRUST_PROXY: '1', LATCHKEY_SECRET: Buffer.alloc(32, 1).toString('base64url') }, '--https is for development'],
    [['--htps'], {}, '"--htps" is no option. There is: --https'],
  ])('%j is refused where it makes no sense', async (parameters, variables, told) => {
    const { output } = await start(parameters, variables as Record<string, string>);
    expect(output()).toContain(told);
    expect(existsSync(join(folder, '.data/tls'))).toBe(false);
  });

  it('keeps the authority and the certificate for the next start', async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-tls-'));
    const [first, second] = [await localTls(folder), await localTls(folder)];
    expect(second).toEqual(first);
  });
});
