import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, type ServerProcess, spawnServer, startedServer } from './testing/start-process.ts';

let folder: string;
let servers: ServerProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const database = () => ({ DATABASE_URL: `file:${join(folder, 'latchkey.db')}` });
async function start(variables: Record<string, string> = {}, options?: Parameters<typeof startedServer>[1]) {
  const server = await startedServer({ ...database(), ...variables }, options);
  servers.push(server);
  return server;
}
const signIn = (browser: Browser, username = 'bob') => browser.post('/login', { username, password: 'password' });
const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

describe('kill -9', () => {
  it('between the commit of a rotation and the response: after a restart the same cookies converge on the successor', async () => {
    const variables = { ACCESS_TOKEN_SECONDS: '1' };
    const calm = await start(variables);
    const browser = calm.browser();
    expect((await signIn(browser)).status).toBe(200);
    await calm.kill('SIGKILL');
    await wait(1);

    const crashing = await start(variables, { crashing: true, port: calm.port });
    await expect(browser.request('/dashboard')).rejects.toThrow();
    expect(await crashing.ended).toBe('SIGKILL');

    await start(variables, { port: calm.port });
    const reply = await browser.request('/dashboard');
    expect([reply.status, reply.body]).toEqual([200, 'Hello User!']);
    const [row] = new DatabaseSync(join(folder, 'latchkey.db'), { readOnly: true }).prepare('select generation, revoked_at from sessions').all();
    expect({ ...row }).toEqual({ generation: 1, revoked_at: null });
  });

  it('during writes of many clients, again and again: every cookie still works, no rotation or sign-out that was answered is lost', async () => {
    const variables = { ACCESS_TOKEN_SECONDS: '0.2', LOG_LEVEL: 'silent' };
    let server = await start(variables);
    const { port } = server;
    const clients = Array.from({ length: 16 }, () => server.browser());
    for (const client of clients) expect((await signIn(client)).status).toBe(200);
    const signedOut: Browser[] = [];

    for (let round = 0; round < 4; round++) {
      let running = true;
      const refused: string[] = [];
      const work = clients.map(async (client) => {
        while (running) {
          const reply = await client.request('/dashboard').catch(() => null);
          if (reply && reply.status !== 200) refused.push(`${reply.status} ${reply.body}`);
        }
      });
      const leaving = server.browser();
      await signIn(leaving, 'admin');
      const copy = leaving.copy();
      copy.dropCookie('X-Access-Token');
      if ((await leaving.post('/logout').catch(() => null))?.status === 200) signedOut.push(copy);

      await wait(0.6);
      await server.kill('SIGKILL');
      running = false;
      await Promise.all(work);
      expect(refused).toEqual([]);

      server = await start(variables, { port });
      for (const client of clients) {
        client.dropCookie('X-Access-Token');
        const held = generationOf(client);
        expect((await client.request('/dashboard')).status).toBe(200);
        expect(generationOf(client)).toBeGreaterThanOrEqual(held);
      }
      for (const client of signedOut) expect((await client.request('/dashboard')).status).toBe(401);
    }
    expect(signedOut).toHaveLength(4);
    expect(Math.max(...clients.map(generationOf))).toBeGreaterThan(5);
  });

  /** Bytes 17 to 20 of a refresh token are its generation. */
  function generationOf(client: Browser): number {
    return Buffer.from(client.cookies().get('X-Refresh-Token')?.slice(4) ?? '', 'base64url').readUInt32BE(17);
  }
});

describe('the database file', () => {
  it('holds nothing that signs anyone in: no token that was issued, and no column that works as one', async () => {
    const server = await start({ ACCESS_TOKEN_SECONDS: '0.5' });
    const browser = server.browser();
    await signIn(browser);
    const issued = new Set(browser.cookies().values());
    for (let lifetime = 0; lifetime < 3; lifetime++) {
      await wait(0.6);
      await browser.request('/dashboard');
      for (const value of browser.cookies().values()) issued.add(value);
    }
    issued.delete('bob');
    expect(issued.size).toBe(8);
    expect(await server.kill('SIGTERM')).toBe(0);

    const files = readdirSync(folder).filter((name) => name.startsWith('latchkey.db'));
    const dump = Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
    for (const token of issued) {
      expect(dump.includes(token)).toBe(false);
      const bytes = Buffer.from(token.replace('lk1.', ''), 'base64url');
      const secret = bytes.subarray(21, 53);
      if (token.startsWith('lk1.'))
        for (const form of [secret, secret.toString('hex'), secret.toString('base64url'), secret.toString('base64')]) expect(dump.includes(form)).toBe(false);
    }

    const rows = new DatabaseSync(join(folder, 'latchkey.db'), { readOnly: true }).prepare('select * from sessions').all();
    expect(rows).toHaveLength(1);
    const again = await start({ ACCESS_TOKEN_SECONDS: '0.5' });
    const columns = rows.flatMap((row) => Object.values(row)).map(String);
    const session = String(rows[0]?.id);
    for (const value of columns) {
      const asToken = `lk1.${Buffer.concat([
        Buffer.from([0]),
        Buffer.from(session, 'base64url'),
        Buffer.alloc(4),
        Buffer.from(value, 'base64url'),
        Buffer.alloc(69),
      ])
        .subarray(0, 69)
        .toString('base64url')}`;
      for (const token of [value, `lk1.${value}`, asToken]) {
        const headers = { cookie: `X-Access-Token=${token}; X-Refresh-Token=${token}; X-Username=bob` };
        expect((await fetch(`${again.origin}/dashboard`, { headers })).status).toBe(401);
      }
    }
  });
});

describe('a server that cannot start says why in one sentence, exits with 1 and leaves nothing behind', () => {
  async function refused(variables: Record<string, string>, port?: number) {
    const server = await spawnServer(variables, port === undefined ? {} : { port });
    servers.push(server);
    return { code: await server.ended, output: server.output().trim() };
  }

  it('when the port is in use', async () => {
    const port = await freePort();
    const occupant = createServer().listen(port, '127.0.0.1');
    await once(occupant, 'listening');
    const { code, output } = await refused(database(), port);
    occupant.close();
    expect([code, output]).toEqual([1, `Port ${port} is in use. Stop what listens there, or start with another one: PORT=${port + 1} npm start`]);
  });

  it('when the data folder cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const { code, output } = await refused({ DATABASE_URL: `file:${join(folder, 'file', 'x.db')}` });
    expect(code).toBe(1);
    expect(output).toMatch(/^The development secret .* cannot be written .* Make the folder writable, or set LATCHKEY_SECRET and DATABASE_URL\.$/);

    const secret = { LATCHKEY_SECRET: Buffer.alloc(32, 1).toString('base64url') };
    const database = await refused({ ...secret, DATABASE_URL: `file:${join(folder, 'file', 'x.db')}` });
    expect(database.code).toBe(1);
    expect(database.output).toMatch(/^The database file .* cannot be opened .* Make its folder writable, or point DATABASE_URL elsewhere\.$/);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('when the database file is something else', async () => {
    writeFileSync(join(folder, 'notes.db'), 'these are my notes, not a database; please leave them alone\n'.repeat(40));
    const { code, output } = await refused({ DATABASE_URL: `file:${join(folder, 'notes.db')}` });
    expect(code).toBe(1);
    expect(output).toMatch(/^The database file .* cannot be opened .*not a database/);
    expect(readFileSync(join(folder, 'notes.db'), 'utf8')).toMatch(/^these are my notes/);
  });

  it('when the environment is wrong, listing every fault', async () => {
    const { code, output } = await refused({ ...database(), LOG_LEVEL: 'loud', ON_REUSE: 'all' });
    expect(code).toBe(1);
    expect(output.split('\n')).toEqual([
      'Latchkey cannot start with this environment:',
      '  ON_REUSE = "all": must be one of user, session',
      '  LOG_LEVEL = "loud": must be one of fatal, error, warn, info, debug, trace, silent',
    ]);
    expect(existsSync(join(folder, 'latchkey.db'))).toBe(false);
  });

  it('when a secret is too short, without repeating it', async () => {
    const { code, output } = await refused({ ...database(), LATCHKEY_SECRET: 'c2hvcnQ' });
    expect([code, output.includes('c2hvcnQ'), /at least 32 bytes/.test(output)]).toEqual([1, false, true]);
  });
});

describe('a running server', () => {
  it('keeps its generated secret to its owner, so that sessions outlive a restart', async () => {
    const server = await start({ ACCESS_TOKEN_SECONDS: '1' });
    const browser = server.browser();
    await signIn(browser);
    expect(await server.kill('SIGTERM')).toBe(0);
    await wait(1);
    await start({ ACCESS_TOKEN_SECONDS: '1' }, { port: server.port });
    expect((await browser.request('/dashboard')).status).toBe(200);
  });

  it('in production signs with ES256, sets __Host- cookies, has no demo accounts and speaks JSON only', async () => {
    const secret = Buffer.alloc(32, 9).toString('base64url');
    const server = await spawnServer({ ...database(), NODE_ENV: 'production', LATCHKEY_SECRET: secret, TRUST_PROXY: '1' });
    servers.push(server);
    const headers = { 'x-forwarded-proto': 'https', 'content-type': 'application/json' };
    let reply: Response | null = null;
    while (!reply)
      reply = await fetch(`${server.origin}/login`, { method: 'POST', headers, body: '{"username":"admin","password":"password"}' }).catch(() => null);
    expect(reply.status).toBe(401);
    for (const line of server.output().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
    expect(existsSync(join(folder, 'secret'))).toBe(false);
  });

  it('shares its file and its secret with a second process started at the same moment', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    const browser = first.browser();
    await signIn(browser);
    const cookie = browser.send('/dashboard').cookieHeader;
    expect((await fetch(`${second.origin}/dashboard`, { headers: { cookie } })).status).toBe(200);
    expect((await fetch(`${second.origin}/logout`, { method: 'POST', headers: { cookie } })).status).toBe(200);
    browser.dropCookie('X-Access-Token');
    expect((await browser.request('/dashboard')).status).toBe(401);
  });
});

describe('the command line', () => {
  async function cli(...words: string[]) {
    const main = fileURLToPath(new URL('./cli.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=@latchkey/source', main, ...words], { env: { PATH: process.env.PATH, ...database() }, cwd: folder });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = await once(child, 'close');
    return { code, output: output.trim() };
  }

  it('migrates once, makes secrets that the server takes, and explains itself', async () => {
    expect(await cli('migrate')).toMatchObject({ code: 0, output: expect.stringMatching(/ran 001-sessions-and-users$/) });
    expect(await cli('migrate')).toMatchObject({ code: 0, output: expect.stringMatching(/up to date$/) });
    expect((await cli('secret')).output).toMatch(/^[\w-]{43}$/);
    expect(await cli('--help')).toMatchObject({ code: 0, output: expect.stringContaining('migrate') });
    expect(await cli('explode')).toMatchObject({ code: 1, output: expect.stringMatching(/^"explode" is no command/) });
    expect(await cli('migrate', 'now')).toMatchObject({ code: 1, output: 'migrate takes no arguments, but got: now' });
  });
});
