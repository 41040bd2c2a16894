import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { SYSTEM } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { parseEnv } from '../config/env.ts';
import { openServices } from '../services/services.ts';
import { processFixture, signIn } from '../testing/process-fixture.ts';
import { startNodes } from '../testing/start-nodes.ts';
import { createLogger } from './log.ts';
import { startUp } from './start-up.ts';

const { path, database, spawn, start } = processFixture();
const production = () => ({
  NODE_ENV: 'production',
  LATCHKEY_SECRET: Buffer.from('the secret of these tests, number 9').toString('base64url'),
  TRUST_PROXY: '1',
});

describe('a server that cannot start', () => {
  async function refusal(variables: Record<string, string>): Promise<string> {
    const started = await startUp([], () => variables);
    return typeof started === 'string' ? started : expect.fail('it has started');
  }

  it('a server that cannot start exits with 1 and one sentence', async () => {
    const server = await spawn({ ...database(), LOG_LEVEL: 'loud', ON_REUSE: 'all' });
    expect(await server.ended).toBe(1);
    expect(server.output().trim().split('\n')).toEqual([
      'Latchkey cannot start with this environment:',
      '  ON_REUSE = "all": must be one of user, session',
      '  LOG_LEVEL = "loud": must be one of fatal, error, warn, info, debug, trace, silent',
    ]);
    expect(existsSync(path('latchkey.db'))).toBe(false);
  });

  it('a server says in one sentence that its port is in use', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const told = await refusal({ ...database(), PORT: String(port), LOG_LEVEL: 'silent' });
    occupant.close();
    expect(told).toBe(
      `Port ${port} is in use. Stop the program that listens there, or use another port: PORT=${port + 1} npm start`,
    );
  });

  it('a server says in one sentence that the data folder cannot be written', async () => {
    writeFileSync(path('file'), '');
    expect(await refusal({ DATABASE_URL: `file:${path('file', 'x.db')}` })).toMatch(
      /^The development secret .* cannot be written .* Make the folder writable, or set LATCHKEY_SECRET and DATABASE_URL\.$/,
    );
    const secret = {
      LATCHKEY_SECRET: Buffer.from('the secret of these tests, number 1').toString('base64url'),
    };
    expect(await refusal({ ...secret, DATABASE_URL: `file:${path('file', 'x.db')}` })).toMatch(
      /^SQLite at .* cannot be opened \(.*\): name a file in the database URL\.$/,
    );
    expect(readdirSync(path())).toEqual(['file']);
  });

  it('a server says in one sentence that the database file is not a database', async () => {
    writeFileSync(
      path('notes.db'),
      'these are my notes, not a database; please leave them alone\n'.repeat(40),
    );
    expect(await refusal({ DATABASE_URL: `file:${path('notes.db')}` })).toMatch(
      /^SQLite at .* cannot be opened .*not a database/,
    );
    expect(readFileSync(path('notes.db'), 'utf8')).toMatch(/^these are my notes/);
  });

  it('a server says in one sentence that a secret is too short, without repeating it', async () => {
    const told = await refusal({ ...database(), LATCHKEY_SECRET: 'c2hvcnQ' });
    expect([told.includes('c2hvcnQ'), /at least 32 random bytes/.test(told)]).toEqual([
      false,
      true,
    ]);
  });

  it('a server says in one sentence that a production database has demo accounts', async () => {
    await (await startNodes(1, database())).close();
    expect(await refusal({ ...database(), ...production(), LOG_LEVEL: 'error' })).toMatch(
      /^This database has demo accounts .*\(admin, bob\), which production refuses\./,
    );
  });
});

describe('a running server', () => {
  it('a production server signs with ES256, sets __Host- cookies, and logs only JSON', async () => {
    const { accounts, close } = await openServices(parseEnv({ ...database(), ...production() }), {
      logger: createLogger('silent', false),
    });
    await accounts.create(
      { username: 'carol', password: 'four words rarely tied', role: 'User' },
      SYSTEM,
    );
    await close();

    const server = await start(production());
    const headers = { 'x-forwarded-proto': 'https', 'content-type': 'application/json' };
    const body = JSON.stringify({ username: 'carol', password: 'four words rarely tied' });
    const reply = await fetch(`${server.origin}/login`, { method: 'POST', headers, body });
    const cookies = reply.headers.getSetCookie();
    expect([reply.status, cookies.map((cookie) => cookie.split('=')[0])]).toEqual([
      200,
      ['__Host-X-Access-Token', '__Host-X-Refresh-Token', '__Host-X-Username', '__Host-X-Device'],
    ]);
    for (const cookie of cookies)
      expect(cookie).toMatch(/; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/);
    const header = cookies[0]?.split(/[=.]/)[1] ?? '';
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
      alg: 'ES256',
      typ: 'at+jwt',
    });
    const dashboard = await fetch(`${server.origin}/dashboard`, {
      headers: { ...headers, cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') },
    });
    expect(dashboard.status).toBe(200);
    const demo = await fetch(`${server.origin}/login`, {
      method: 'POST',
      headers,
      body: '{"username":"admin","password":"password"}',
    });
    expect(demo.status).toBe(401);
    for (const line of server.output().trim().split('\n'))
      expect(JSON.parse(line)).toHaveProperty('event');
    expect(existsSync(path('secret'))).toBe(false);
  });

  it('two processes started together share file and secret, and sessions survive a restart', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    const [browser, kept] = [first.browser(), first.browser()];
    await signIn(browser);
    await signIn(kept);
    const cookie = browser.send('/dashboard').cookieHeader;
    expect((await fetch(`${second.origin}/dashboard`, { headers: { cookie } })).status).toBe(200);
    expect(
      (await fetch(`${second.origin}/logout`, { method: 'POST', headers: { cookie } })).status,
    ).toBe(200);
    browser.dropCookie('X-Access-Token');
    expect((await browser.request('/dashboard')).status).toBe(401);

    expect([await first.kill('SIGTERM'), await second.kill('SIGTERM')]).toEqual([0, 0]);
    await start({}, { port: first.port });
    kept.dropCookie('X-Access-Token');
    expect((await kept.request('/dashboard')).status).toBe(200);
  });
});
