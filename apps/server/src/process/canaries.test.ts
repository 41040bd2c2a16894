import { connect } from 'node:net';
import type { Browser } from '@latchkey/core/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allPolicies } from '../features/docs/policies.ts';
import { startApp, type TestServer } from '../testing/start-app.ts';
import { caller } from '../testing/trpc-caller.ts';

/** Canaries: texts that occur nowhere else, so that a search of the log finds them. */
const CANARY = {
  wrongPassword: 'canary-wrong-password',
  newPassword: 'canary new password of four words',
  strangeName: 'canary-strange-name',
  query: 'canary-query',
  input: 'canary-input',
  body: 'canary-body',
  bearer: 'canary-bearer',
  cookie: 'canary-cookie',
  refresh: 'canary-refresh',
  header: 'canary-header',
} as const;
/** A User-Agent with control characters for a terminal, and characters that begin another line. */
const USER_AGENT = 'agent-canary\t{"event":"forged"} %0d%0a \u0085\u009b31m';

describe('secrets in outputs', () => {
  let app: TestServer;
  const bodies: string[] = [];
  const tokens = new Set<string>();

  beforeAll(async () => {
    app = await startApp({
      session: { accessTokenSeconds: 60 },
      variables: { METRICS_TOKEN: 'canary-metrics-token' },
    });
    await signedOut(app.browser(USER_AGENT));
    for (const username of ['bob', 'admin']) await signedIn(username);
    await rawUserAgent();
    await app.clock.pass(1);
    await app.trail.flush();
  }, 60_000);
  afterAll(() => app.close());

  async function note(replies: Promise<{ body: string }>[]): Promise<void> {
    bodies.push(...(await Promise.all(replies)).map(({ body }) => body));
  }

  /**
   * Calls every procedure and every documented address, with canaries wherever a caller can put
   * text.
   */
  async function everywhere(browser: Browser): Promise<void> {
    const noted = createNoting(browser);
    for (const { path, type } of allPolicies(600)) {
      if (
        /auth\.logout|deleteAccount|removeUser|changePassword|signUp|rotate/.test(path) ||
        type === 'subscription'
      )
        continue;
      const input = {
        canary: CANARY.input,
        username: CANARY.strangeName,
        password: CANARY.wrongPassword,
        userId: CANARY.input,
        sessionId: 'no-such-session',
      };
      await (type === 'query'
        ? caller(noted).query(path, input)
        : caller(noted).mutate(path, input));
    }
    for (const path of [
      '/livez',
      '/readyz',
      '/dashboard',
      '/admin-only',
      '/openapi.json',
      '/login',
      '/refresh',
      '/none',
      '/metrics',
      '/trpc/none',
    ])
      await note([
        browser.request(`${path}?token=${CANARY.query}`),
        browser.request(path, {
          method: 'POST',
          body: `{"${CANARY.body}`,
          headers: { 'content-type': 'application/json' },
        }),
      ]);
  }

  function createNoting(browser: Browser): Browser {
    const keep = async (reply: ReturnType<Browser['request']>) => {
      bodies.push((await reply).body);
      return reply;
    };
    return {
      ...browser,
      request: (path, init) => keep(browser.request(path, init)),
      post: (path, body) => keep(browser.post(path, body)),
    };
  }

  async function signedOut(browser: Browser): Promise<void> {
    await note([
      browser.post('/login', { username: CANARY.strangeName, password: CANARY.wrongPassword }),
    ]);
    await note([browser.post('/login', { username: 'bob', password: CANARY.wrongPassword })]);
    await note([
      browser.request('/dashboard', {
        headers: { authorization: `Bearer ${CANARY.bearer}`, 'x-csrf-token': CANARY.header },
      }),
    ]);
    browser.setCookie('X-Access-Token', CANARY.cookie);
    browser.setCookie('X-Refresh-Token', CANARY.refresh);
    browser.setCookie('X-Username', CANARY.strangeName);
    await everywhere(browser);
  }

  async function signedIn(username: string): Promise<void> {
    const browser = app.browser(USER_AGENT);
    await browser.post('/login', { username, password: 'password' });
    const thief = browser.copy();
    for (let round = 0; round < 3; round++) {
      app.clock.advance(61);
      await browser.request('/dashboard');
    }
    await everywhere(browser);
    await browser.post('/trpc/account.changePassword', {
      currentPassword: 'password',
      newPassword: CANARY.newPassword,
    });
    await browser.post('/login', { username, password: CANARY.newPassword });
    app.clock.advance(61);
    await thief.request('/dashboard');
    for (const header of browser.received) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (/Token/.test(name) && value.length > 20) tokens.add(value);
    }
  }

  /** Sends a User-Agent with bytes that no well-behaved client sends. */
  async function rawUserAgent(): Promise<void> {
    const { port } = new URL(app.origin);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `GET /dashboard HTTP/1.1\r\nHost: localhost:${port}\r\nUser-Agent: ${USER_AGENT}\u001b[31m\r\nConnection: close\r\n\r\n`,
      'latin1',
    );
    await new Promise((resolve) => socket.once('close', resolve).resume());
  }

  async function databaseDump(): Promise<string> {
    const tables = await app.database.db.introspection.getTables();
    const dump = await Promise.all(
      tables.map(async ({ name }) => [
        name,
        (await sql`select * from ${sql.table(name)}`.execute(app.database.db)).rows,
      ]),
    );
    expect(dump.length).toBeGreaterThan(8);
    return JSON.stringify(dump);
  }

  const sinks: Record<string, () => Promise<string>> = {
    'the log': async () => app.rawLog(),
    'the database': databaseDump,
    'the figures': () => app.metrics.registry.metrics(),
    answers: async () => bodies.join('\n'),
  };

  it.each(Object.keys(sinks))(
    'no token, password, cookie, header, query or unknown username is in: %s',
    async (sink) => {
      const text = (await sinks[sink]?.()) ?? '';
      expect(text.length).toBeGreaterThan(2_000);
      for (const [name, canary] of Object.entries(CANARY))
        expect(text.includes(canary), name).toBe(false);
      expect(tokens.size).toBeGreaterThan(6);
      for (const token of tokens) {
        expect(text).not.toContain(token);
        expect(text).not.toContain(token.split('.').at(-1));
      }
      expect(text).not.toContain('canary-metrics-token');
    },
  );

  it('user agents are written to the log and the database only', async () => {
    expect(await sinks['the log']?.()).toContain('agent-canary');
    expect(await sinks['the database']?.()).toContain('agent-canary');
    expect(await sinks['the figures']?.()).not.toContain('agent-canary');
  });

  it('every log event is one line of JSON without control characters, for any request', () => {
    const lines = app.rawLog().trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('event');
    expect(lines.filter((line) => JSON.parse(line).event === 'forged')).toEqual([]);
    const isControl = (character: string) =>
      character < ' ' || (character >= '\u007f' && character <= '\u009f');
    expect(app.rawLog().replaceAll('\n', '').split('').filter(isControl)).toEqual([]);
  });
});
