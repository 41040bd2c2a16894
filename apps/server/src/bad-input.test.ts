import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from './testing/start-app.ts';

let app: TestServer;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
});
afterEach(() => app.close());

describe('bad input', () => {
  const post = (path: string, body: string, type = 'application/json') => fetch(app.origin + path, { method: 'POST', body, headers: { 'content-type': type } });

  it.each([
    ['malformed JSON', '/login', '{"username":', 400, 'invalid_input', /valid JSON/],
    ['a body over 100 kB', '/login', JSON.stringify({ username: 'a', password: 'x'.repeat(103_000) }), 413, 'body_too_large', /100 kB/],
    ['a number for the username', '/login', '{"username":7,"password":"x"}', 400, 'invalid_input', /^username: /],
    ['an object for the password', '/login', '{"username":"bob","password":{"$ne":1}}', 400, 'invalid_input', /^password: /],
    ['both fields missing', '/login', '{}', 400, 'invalid_input', /^username: .*; password: /],
    ['an array for a body', '/login', '[]', 400, 'invalid_input', /^input: /],
    ['an empty username', '/login', '{"username":"","password":"x"}', 400, 'invalid_input', /^username: /],
    ['__proto__ as input', '/login', '{"__proto__":{"username":"bob","password":"password"}}', 400, 'invalid_input', /^username: /],
  ])('%s', async (_title, path, body, status, reason, message) => {
    const reply = await post(path, body);
    expect(reply.status).toBe(status);
    const answer = (await reply.json()) as { message: string };
    expect(answer).toEqual({ message: expect.stringMatching(message), reason, requestId: reply.headers.get('x-request-id') });
  });

  it('a body that is not JSON is 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const reply = await post('/login', 'username=bob&password=password', type);
      expect([reply.status, ((await reply.json()) as { reason: string }).reason]).toEqual([415, 'unsupported_media_type']);
    }
  });

  it.each([
    ['malformed JSON', '/trpc/auth.login', '{"username":', 400, 'invalid_input'],
    ['a body over 100 kB', '/trpc/auth.login', JSON.stringify({ username: 'a', password: 'x'.repeat(103_000) }), 413, 'body_too_large'],
    ['wrong types', '/trpc/auth.login', '{"username":7}', 400, 'invalid_input'],
    ['an unknown procedure', '/trpc/no.such', '{}', 404, 'not_found'],
    ['an unknown procedure from the prototype', '/trpc/constructor', '{}', 404, 'not_found'],
  ])('%s under /trpc', async (_title, path, body, status, reason) => {
    const reply = await post(path, body);
    expect([reply.status, ((await reply.json()) as { error: { data: { reason: string } } }).error.data.reason]).toEqual([status, reason]);
  });

  it('more than ten calls in a batch are refused', async () => {
    const paths = Array(11).fill('auth.session').join(',');
    expect((await fetch(`${app.origin}/trpc/${paths}?batch=1`)).status).toBe(400);
  });

  it.each(['/dashboard/%', '/%E0%A4%A', '/trpc/%', '//', '/login/x'])('the address %s is no server error', async (path) => {
    expect((await fetch(app.origin + path)).status).toBeLessThan(500);
    expect((await fetch(app.origin + path, { method: 'POST' })).status).toBeLessThan(500);
  });

  it('what is no page and no procedure is 404 for scripts, and the SPA for browsers', async () => {
    const script = await fetch(`${app.origin}/nowhere`, { headers: { accept: 'application/json' } });
    expect([script.status, ((await script.json()) as { reason: string }).reason]).toEqual([404, 'not_found']);
    const page = await fetch(`${app.origin}/nowhere`, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await fetch(`${app.origin}/nowhere`, { method: 'DELETE' })).status).toBe(404);
  });
});
