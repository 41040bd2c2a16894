import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../testing/start-app.ts';

let app: TestServer;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
});
afterEach(() => app.close());

describe('bad input', () => {
  const post = (path: string, body: string, type = 'application/json') =>
    fetch(app.origin + path, { method: 'POST', body, headers: { 'content-type': type } });

  it.each([
    ['malformed JSON', '/login', '{"username":', 400, 'invalid_input', /valid JSON/],
    [
      'a body over 100 kB',
      '/login',
      JSON.stringify({ username: 'a', password: 'x'.repeat(103_000) }),
      413,
      'body_too_large',
      /100 kB/,
    ],
    [
      'a number for the username',
      '/login',
      '{"username":7,"password":"x"}',
      400,
      'invalid_input',
      /^username: /,
    ],
    [
      'an object for the password',
      '/login',
      '{"username":"bob","password":{"$ne":1}}',
      400,
      'invalid_input',
      /^password: /,
    ],
    ['both fields missing', '/login', '{}', 400, 'invalid_input', /^username: .*; password: /],
    ['an array for a body', '/login', '[]', 400, 'invalid_input', /^input: /],
    [
      'an empty username',
      '/login',
      '{"username":"","password":"x"}',
      400,
      'invalid_input',
      /^username: /,
    ],
    [
      'a NUL in the username',
      '/login',
      '{"username":"b\\u0000b","password":"x"}',
      400,
      'invalid_input',
      /^username: must not hold a NUL/,
    ],
    [
      '__proto__ as input',
      '/login',
      '{"__proto__":{"username":"bob","password":"password"}}',
      400,
      'invalid_input',
      /^username: /,
    ],
  ])(
    'answers %s with the right status and reason',
    async (_title, path, body, status, reason, message) => {
      const reply = await post(path, body);
      expect(reply.status).toBe(status);
      const answer = (await reply.json()) as { message: string };
      expect(answer).toEqual({
        message: expect.stringMatching(message),
        reason,
        requestId: reply.headers.get('x-request-id'),
      });
    },
  );

  it('answers 415 to a body that is not JSON', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const reply = await post('/login', 'username=bob&password=password', type);
      expect([reply.status, ((await reply.json()) as { reason: string }).reason]).toEqual([
        415,
        'unsupported_media_type',
      ]);
    }
  });

  it.each([
    ['malformed JSON', '/trpc/auth.login', '{"username":', 400, 'invalid_input'],
    [
      'a body over 100 kB',
      '/trpc/auth.login',
      JSON.stringify({ username: 'a', password: 'x'.repeat(103_000) }),
      413,
      'body_too_large',
    ],
    ['wrong types', '/trpc/auth.login', '{"username":7}', 400, 'invalid_input'],
    ['an unknown procedure', '/trpc/no.such', '{}', 404, undefined],
    ['an unknown procedure from the prototype', '/trpc/constructor', '{}', 404, undefined],
  ])(
    'under /trpc, answers %s with the right status and reason',
    async (_title, path, body, status, reason) => {
      const reply = await post(path, body);
      const { error } = (await reply.json()) as { error: { data: { reason?: string } } };
      expect([reply.status, error.data.reason]).toEqual([status, reason]);
    },
  );

  it('refuses a tRPC batch of more than ten calls', async () => {
    const paths = Array(11).fill('auth.session').join(',');
    expect((await fetch(`${app.origin}/trpc/${paths}?batch=1`)).status).toBe(400);
  });

  it.each(['/dashboard/%', '/%E0%A4%A', '/trpc/%', '//', '/login/x', '/assets/none.js'])(
    'answers the URL %s without a server error or an error in the log',
    async (path) => {
      expect((await fetch(app.origin + path)).status).toBeLessThan(500);
      expect((await fetch(app.origin + path, { method: 'POST' })).status).toBeLessThan(500);
      expect(app.log().filter((line) => line.level === 'error')).toEqual([]);
    },
  );

  it('refuses HTML form content types under /trpc', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
    ])
      expect((await post('/trpc/auth.logout', '', type)).status).toBe(415);
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('answers 405 to %s on every path', async (method) => {
    for (const path of ['/login', '/trpc/auth.logout', '/nowhere']) {
      const reply = await fetch(app.origin + path, { method });
      const told = (await reply.json()) as { reason: string; error: { data: { reason: string } } };
      const { reason } = path.startsWith('/trpc/') ? told.error.data : told;
      expect([reply.status, reply.headers.get('allow'), reason]).toEqual([
        405,
        'GET, HEAD, POST, OPTIONS',
        'method_not_allowed',
      ]);
    }
  });

  it('refuses the method TRACE', async () => {
    const { hostname, port } = new URL(app.origin);
    const status = await new Promise((resolve, reject) => {
      request({ hostname, port, path: '/trpc/auth.session', method: 'TRACE' }, (response) =>
        resolve(response.resume().statusCode),
      )
        .once('error', reject)
        .end();
    });
    expect(status).toBe(405);
  });

  it('refuses a cross-site sign-in and sign-out', async () => {
    for (const path of ['/logout', '/login', '/trpc/auth.logout']) {
      const headers = {
        'content-type': 'application/json',
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      };
      const reply = await fetch(app.origin + path, {
        method: 'POST',
        headers,
        body: '{"username":"bob","password":"password"}',
      });
      const requestId = reply.headers.get('x-request-id');
      const message = 'This request came from another site.';
      const data = {
        reason: 'cross_site',
        latchkey: true,
        requestId,
        code: 'FORBIDDEN',
        httpStatus: 403,
        path: 'auth.logout',
      };
      const told = path.startsWith('/trpc/')
        ? { error: { message, code: -32003, data } }
        : { message, reason: 'cross_site', requestId };
      expect([reply.status, reply.headers.getSetCookie(), await reply.json()]).toEqual([
        403,
        [],
        told,
      ]);
    }
  });

  it('answers an unknown path with 404 to scripts and with the web app to browsers', async () => {
    const script = await fetch(`${app.origin}/nowhere`, {
      headers: { accept: 'application/json' },
    });
    expect([script.status, ((await script.json()) as { reason: string }).reason]).toEqual([
      404,
      'not_found',
    ]);
    const page = await fetch(`${app.origin}/nowhere`, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    for (const path of ['/.well-known/none', '/metrics/none', '/assets/none.js'])
      expect((await fetch(app.origin + path, { headers: { accept: 'text/html' } })).status).toBe(
        404,
      );
  });
});
