import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { allPolicies } from './policies.ts';

let app: TestServer;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
});
afterEach(() => app.close());

describe('documents and probes', () => {
  it('the OpenAPI document lists the HTTP surface, generated from the procedures', async () => {
    const document = (await (await fetch(`${app.origin}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(
      Object.entries(document.paths)
        .map(([path, methods]) => `${Object.keys(methods)} ${path}`)
        .toSorted(),
    ).toEqual([
      'get /admin-only',
      'get /admin/audit.csv',
      'get /dashboard',
      'post /login',
      'post /logout',
      'post /refresh',
    ]);
    expect(Object.keys(document.paths['/dashboard']?.get?.responses['200']?.content ?? {})).toEqual(
      ['text/plain'],
    );
    expect(
      Object.keys(document.paths['/admin/audit.csv']?.get?.responses['200']?.content ?? {}),
    ).toEqual(['text/csv']);
    expect(Object.keys(document.paths['/login']?.post?.responses ?? {})).toEqual([
      '200',
      '400',
      '401',
      '429',
      '503',
    ]);
  });

  it('each operation of the OpenAPI document states the security of its policy (F15)', async () => {
    const document = (await (await fetch(`${app.origin}/openapi.json`)).json()) as {
      info: { description: string };
      tags: { name: string }[];
      components: { securitySchemes: Record<string, { name?: string }> };
      paths: Record<string, Record<string, { security: object[]; tags: string[] }>>;
    };
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    );
    const byAccess = [{ accessToken: [] }, { bearer: [] }];
    const byRefresh = [{ refreshToken: [], username: [] }];
    expect(Object.fromEntries(operations.map(({ path, security }) => [path, security]))).toEqual({
      '/login': [],
      '/refresh': byRefresh,
      '/logout': [{}, ...byRefresh, ...byAccess],
      '/dashboard': byAccess,
      '/admin-only': byAccess,
      '/admin/audit.csv': byAccess,
    });
    const { accessToken, refreshToken, username } = document.components.securitySchemes;
    expect([accessToken?.name, refreshToken?.name, username?.name]).toEqual([
      'X-Access-Token',
      'X-Refresh-Token',
      'X-Username',
    ]);
    expect(document.tags.map(({ name }) => name)).toEqual(['Session', 'Demo', 'Administration']);
    expect(new Set(operations.flatMap(({ tags }) => tags))).toEqual(
      new Set(document.tags.map(({ name }) => name)),
    );
    expect(document.info.description).toContain(`all ${allPolicies(600).length} procedures`);
  });

  it('an operation whose security is empty answers without a cookie (F15)', async () => {
    const statusOf = async (path: string, body?: object) =>
      (await app.browser().post(path, body)).status;
    expect(await statusOf('/login', { username: 'bob', password: 'password' })).toBe(200);
    expect(await statusOf('/logout')).toBe(200);
    expect(await statusOf('/refresh')).toBe(401);
  });

  it('the Scalar page loads assets from this server only', async () => {
    const page = await (await fetch(`${app.origin}/scalar`)).text();
    expect(page).toContain('/scalar/standalone.js');
    expect(page).not.toMatch(/https?:\/\/(?!localhost)[^"']*\.(js|css|woff2?)/);
    const script = await fetch(`${app.origin}/scalar/standalone.js`);
    expect([script.status, script.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
  });

  it('/livez always answers 200, /readyz only while the store answers', async () => {
    expect((await fetch(`${app.origin}/livez`)).status).toBe(200);
    expect((await fetch(`${app.origin}/readyz`)).status).toBe(200);
    await app.database.close();
    expect((await fetch(`${app.origin}/livez`)).status).toBe(200);
    expect((await fetch(`${app.origin}/readyz`)).status).toBe(503);
    const signIn = await app.browser().post('/login', { username: 'bob', password: 'password' });
    expect([signIn.status, signIn.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('documents and probes in production', () => {
  it('probes answer over plain HTTP in production', async () => {
    await app.close();
    app = await startApp({ httpsOnly: true });
    for (const path of ['/livez', '/readyz'])
      expect((await fetch(app.origin + path)).status).toBe(200);
  });

  it('refuses plain HTTP without a redirect, by the forwarded protocol of the declared proxy', async () => {
    await app.close();
    app = await startApp({ httpsOnly: true, trustProxy: 1 });
    const plain = await fetch(`${app.origin}/dashboard`, { redirect: 'manual' });
    expect([plain.status, ((await plain.json()) as { reason: string }).reason]).toEqual([
      403,
      'https_required',
    ]);
    expect(
      (await fetch(`${app.origin}/dashboard`, { headers: { 'x-forwarded-proto': 'https' } }))
        .status,
    ).toBe(401);
  });

  it('ignores a forwarded protocol when no proxy is declared', async () => {
    await app.close();
    app = await startApp({ httpsOnly: true });
    expect(
      (await fetch(`${app.origin}/dashboard`, { headers: { 'x-forwarded-proto': 'https' } }))
        .status,
    ).toBe(403);
  });
});
