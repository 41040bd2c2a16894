import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Browser } from '@latchkey/core/testing';
import { refreshTokenFields, unauthenticRefreshToken } from '@latchkey/test-support';
import { describe, expect, it } from 'vitest';
import { processFixture, signIn } from '../testing/process-fixture.ts';
import { requestCount } from '../testing/request-count.ts';
import { startNodes } from '../testing/start-nodes.ts';

const { path, database, start, advance } = processFixture();
/** How many times the test kills the server under load. */
const ROUNDS = 3;

describe('kill -9', () => {
  it('cookies converge after a kill -9 between the commit of a rotation and the response', async () => {
    const crashing = await start({}, { fault: 'crash' });
    const browser = crashing.browser();
    expect((await signIn(browser)).status).toBe(200);
    await advance(60);
    await expect(browser.request('/dashboard')).rejects.toThrow();
    expect(await crashing.ended).toBe('SIGKILL');

    await start({}, { clocked: true, port: crashing.port });
    const reply = await browser.request('/dashboard');
    expect([reply.status, reply.body]).toEqual([200, 'Hello User!']);
    const [row] = new DatabaseSync(path('latchkey.db'), { readOnly: true })
      .prepare('select generation, revoked_at from latchkey_sessions')
      .all();
    expect({ ...row }).toEqual({ generation: 1, revoked_at: null });
  });

  it('repeated kill -9 under load loses no answered rotation or sign-out', {
    timeout: 120_000,
  }, async () => {
    const variables = { LOG_LEVEL: 'silent' };
    let server = await start(variables, { clocked: true });
    const { port } = server;
    const clients = Array.from({ length: 16 }, () => server.browser());
    for (const client of clients) expect((await signIn(client)).status).toBe(200);
    const signedOut: Browser[] = [];

    for (let round = 0; round < ROUNDS; round++) {
      const refused: string[] = [];
      const load = requestCount();
      const work = clients.map(async (client) => {
        for (;;) {
          const reply = await client.request('/dashboard').catch(() => null);
          if (!reply) return;
          if (reply.status !== 200) refused.push(`${reply.status} ${reply.body}`);
          load.count();
        }
      });
      const leaving = server.browser();
      await signIn(leaving, 'admin');
      const copy = leaving.copy();
      copy.dropCookie('X-Access-Token');
      if ((await leaving.post('/logout').catch(() => null))?.status === 200) signedOut.push(copy);

      for (let lifetime = 0; lifetime < 3; lifetime++) {
        await load.more(2 * clients.length);
        await advance(60);
      }
      /** By now every client refreshes, because its access token has expired. */
      await load.more(clients.length / 2);
      await server.kill('SIGKILL');
      await Promise.all(work);
      expect(refused).toEqual([]);

      server = await start(variables, { clocked: true, port });
      for (const client of clients) {
        client.dropCookie('X-Access-Token');
        const held = generationOf(client);
        expect((await client.request('/dashboard')).status).toBe(200);
        expect(generationOf(client)).toBeGreaterThanOrEqual(held);
      }
      for (const client of signedOut) expect((await client.request('/dashboard')).status).toBe(401);
    }
    expect(signedOut).toHaveLength(ROUNDS);
    expect(Math.max(...clients.map(generationOf))).toBeGreaterThan(5);
  });

  function generationOf(client: Browser): number {
    return refreshTokenFields(client.cookies().get('X-Refresh-Token') ?? '').generation;
  }
});

describe('the database file', () => {
  it('the database file contains no token, and no column that works as one', async () => {
    const nodes = await startNodes(1, database());
    const browser = nodes.browser();
    await signIn(browser);
    const issued = new Set(browser.cookies().values());
    for (let lifetime = 0; lifetime < 3; lifetime++) {
      await nodes.pass(60);
      await browser.request('/dashboard');
      for (const value of browser.cookies().values()) issued.add(value);
    }
    issued.delete('bob');
    expect(issued.size).toBe(9);
    await nodes.close();

    const files = readdirSync(path()).filter((name) => name.startsWith('latchkey.db'));
    const dump = Buffer.concat(files.map((name) => readFileSync(path(name))));
    for (const token of issued) {
      expect(dump.includes(token)).toBe(false);
    }
    const refreshTokens = [...issued].filter((value) => value.startsWith('lk'));
    expect(refreshTokens).toHaveLength(4);
    for (const { secret } of refreshTokens.map(refreshTokenFields))
      for (const form of [
        secret,
        secret.toString('hex'),
        secret.toString('base64url'),
        secret.toString('base64'),
      ])
        expect(dump.includes(form)).toBe(false);

    const rows = new DatabaseSync(path('latchkey.db'), { readOnly: true })
      .prepare('select * from latchkey_sessions')
      .all();
    expect(rows).toHaveLength(1);
    const again = await startNodes(1, database());
    const columns = rows.flatMap((row) => Object.values(row)).map(String);
    const session = String(rows[0]?.id);
    for (const value of columns) {
      const asToken = unauthenticRefreshToken(session, Buffer.from(value, 'base64url'));
      for (const token of [value, `lk2.${value}`, asToken]) {
        const headers = {
          cookie: `X-Access-Token=${token}; X-Refresh-Token=${token}; X-Username=bob`,
        };
        expect((await fetch(`${again.node(0).origin}/dashboard`, { headers })).status).toBe(401);
      }
    }
    await again.close();
  });
});
