import type { Server } from 'node:http';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { call, visit, walk } from './testing/guide-walk.ts';

const ADA = { username: 'ada@example.com', password: 'right' };
const BOB = { username: 'bob@example.com', password: 'right' };

// Each server of the guide listens on a free port.
vi.stubEnv('PORT', '0');
const servers: Server[] = [];
async function open<Page extends { server: Server }>(page: Promise<Page>) {
  const opened = await page;
  servers.push(opened.server);
  return { ...opened, ...(await visit(opened)) };
}
afterEach(() => void vi.unstubAllGlobals());
afterAll(async () => {
  for (const server of servers) server.close();
  for (const { layer } of [await import('./sessions.ts'), await import('./claims/sessions.ts')])
    await layer.close();
  vi.unstubAllEnvs();
});

it('the standalone page: the adapter for node:http signs in, refreshes and refuses as Express does', async () => {
  const visitor = await open(import('./standalone/server.ts'));
  expect(await walk(visitor, ADA)).toBe('yours, ada@example.com');
  const forged = await visitor.browser.request('/trpc/auth.logout', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
  });
  expect([forged.status, JSON.parse(forged.body).error.data.reason]).toEqual([403, 'cross_site']);
});

it('the T3 page: a Date arrives as a Date, field errors arrive, and the link refreshes', async () => {
  const visitor = await open(import('./t3/server.ts'));
  vi.spyOn(console, 'debug').mockReturnValue();
  vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
  vi.stubGlobal('fetch', visitor.browser.fetch);
  const { createClients } = await import('./t3/client.ts');
  const { api } = createClients(`${visitor.origin}/api/trpc`);
  expect(await api.post.hello.query()).toBe('Hello!');
  await api.auth.login.mutate(ADA);
  visitor.outliveAccessToken();
  expect((await api.post.latest.query())?.createdAt).toEqual(new Date('2026-01-01'));
  await expect(api.post.create.mutate({ name: '' })).rejects.toMatchObject({
    data: { code: 'BAD_REQUEST', zodError: { fieldErrors: { name: [expect.any(String)] } } },
  });
  await api.auth.logout.mutate();
  await expect(api.post.latest.query()).rejects.toMatchObject({
    data: { reason: 'no_credentials', latchkey: true },
  });
});

it("the page about an own auth router: both routers' procedures are below account", async () => {
  const visitor = await open(import('./own-auth-router/server.ts'));
  expect(await walk(visitor, ADA, 'account')).toBe('yours, ada@example.com');
  vi.stubGlobal('fetch', visitor.browser.fetch);
  const { createClients } = await import('./own-auth-router/client.ts');
  const { client, latchkey } = createClients(`${visitor.origin}/trpc`);
  const token = 'a-token-from-an-e-mail';
  await client.account.magicLink.mutate({ token });
  visitor.outliveAccessToken();
  expect(await client.mine.query()).toBe('yours, bob@example.com');
  expect(await latchkey.fetchSession(AbortSignal.timeout(5_000))).toMatchObject({ reason: null });
  await expect(client.account.magicLink.mutate({ token })).rejects.toMatchObject({
    message: 'This link was used.',
  });
});

it('the e-mail page: "Verify your e-mail first." arrives unchanged, without a reason', async () => {
  const visitor = await open(import('./email/server.ts'));
  const unverified = { email: 'new@example.com', password: 'right', remember: true };
  expect(await call(visitor, 'auth.login', unverified)).toEqual({
    status: 403,
    message: 'Verify your e-mail first.',
    reason: undefined,
  });
  const wrong = { ...unverified, password: 'wrong' };
  expect(await call(visitor, 'auth.login', wrong)).toMatchObject({ reason: 'invalid_credentials' });
  const ada = { email: 'Ada@example.com', password: 'right', remember: true };
  expect(await walk(visitor, ada)).toBe('yours, ada@example.com');
});

it('the e-mail page: a changed e-mail signs out no device, and each shows it after a refresh', async () => {
  const page = import('./email/server.ts');
  const { createClients, signIn } = await import('./email/client.ts');
  const [phone, laptop] = [await open(page), await open(page)];
  const clientsOf = ({ browser, origin }: typeof phone) => {
    vi.stubGlobal('fetch', browser.fetch);
    return createClients(`${origin}/trpc`);
  };
  for (const device of [phone, laptop]) await signIn(clientsOf(device), 'bob@example.com', 'right');
  await clientsOf(laptop).client.changeEmail.mutate({ email: 'robert@example.com' });
  expect((await call(laptop, 'mine')).data).toBe('yours, robert@example.com');
  expect((await call(phone, 'mine')).data).toBe('yours, bob@example.com');
  for (const device of [phone, laptop]) {
    device.outliveAccessToken();
    expect((await call(device, 'mine')).data).toBe('yours, robert@example.com');
  }
  await clientsOf(laptop).client.changeEmail.mutate({ email: 'bob@example.com' });
});

it('the page about claims: tenant and permissions come with the caller, and change with a refresh', async () => {
  const visitor = await open(import('./claims/server.ts'));
  const { members } = await import('./claims/sessions.ts');
  expect(await walk(visitor, BOB, 'auth', 'tenant')).toBe('acme');
  await call(visitor, 'auth.login', BOB);
  expect((await call(visitor, 'report')).data).toBe('the report');
  expect(await call(visitor, 'invite', {})).toMatchObject({
    status: 403,
    reason: 'role_required',
  });
  members.set('8', { tenantId: 'acme', permissions: ['read', 'invite'] });
  expect((await call(visitor, 'now')).data).toEqual(['read', 'invite']);
  expect((await call(visitor, 'invite', {})).status).toBe(403);
  visitor.outliveAccessToken();
  expect((await call(visitor, 'invite', {})).data).toBe('invited');
});

it('the page about subdomains: the listed page may call with its headers, a sibling may not', async () => {
  const visitor = await open(import('./subdomains/server.ts'));
  const { browser } = visitor;
  const preflight = (origin: string) =>
    browser.request('/trpc/auth.login', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-tenant',
      },
    });
  const { status, headers } = await preflight('https://app.example.com');
  expect([status, headers.get('access-control-allow-origin')]).toEqual([
    204,
    'https://app.example.com',
  ]);
  expect(headers.get('access-control-allow-headers')).toContain('X-Tenant');
  const other = await preflight('https://blog.example.com');
  expect(other.headers.has('access-control-allow-origin')).toBe(false);

  const from = (origin: string) => visit(visitor, { origin, 'sec-fetch-site': 'same-site' });
  const page = await from('https://app.example.com');
  expect(await walk(page, ADA)).toBe('yours, ada@example.com');
  const sibling = await from('https://blog.example.com');
  expect(await call(sibling, 'auth.login', ADA)).toMatchObject({
    status: 403,
    reason: 'cross_site',
  });
});

it('the SSR page: the first HTML names the user also after the access token, and the browser takes it over', async () => {
  const { App, createClients } = await import('./ssr/app.tsx');
  const before = process.getActiveResourcesInfo();
  createClients();
  expect(process.getActiveResourcesInfo()).toEqual(before);
  const visitor = await open(import('./ssr/server.tsx'));
  const page = async () => (await visitor.browser.request('/')).body;
  expect(await page()).toContain('<p>Sign in</p>');
  expect(await walk(visitor, ADA)).toBe('yours, ada@example.com');
  await call(visitor, 'auth.login', ADA);
  visitor.outliveAccessToken();
  const html = await page();
  expect(html).toContain('<p>Hello ada@example.com</p>');
  const [, state = ''] = /<script id="state"[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
  const clients = createClients(JSON.parse(state));
  expect(renderToString(createElement(App, { clients }))).toBe('<p>Hello ada@example.com</p>');
  expect((await call(visitor, 'mine')).status).toBe(200);
});

it('the Next.js page: a server component reads the session, and the proxy passes the refresh on', async () => {
  const visitor = await open(import('./next/server.ts'));
  const { browser, origin } = visitor;
  vi.stubEnv('API_ORIGIN', origin);
  const { readSession } = await import('./next/read-session.ts');
  const { default: config } = await import('./next/next.config.ts');
  expect(await config.rewrites()).toEqual([
    { source: '/trpc/:path*', destination: `${origin}/trpc/:path*` },
  ]);
  expect(await walk(visitor, ADA)).toBe('yours, ada@example.com');
  await call(visitor, 'auth.login', ADA);
  visitor.outliveAccessToken();
  const pageRequest = () => new Headers({ cookie: browser.send('/').cookieHeader });

  const [first, second] = await Promise.all([
    readSession(pageRequest()),
    readSession(pageRequest()),
  ]);
  for (const { session } of [first, second])
    expect(session?.principal?.username).toBe('ada@example.com');
  const { session, cookie, setCookies } = await readSession(pageRequest());
  expect(session?.refreshed).not.toBeNull();
  const later = await readSession(new Headers({ cookie }));
  expect([later.session?.principal?.username, later.session?.refreshed, later.setCookies]).toEqual([
    'ada@example.com',
    null,
    [],
  ]);
  browser.receive(setCookies);
  expect((await call(visitor, 'mine')).data).toBe('yours, ada@example.com');
  vi.stubEnv('API_ORIGIN', 'http://localhost:1');
  expect((await readSession(pageRequest())).session).toBeNull();
});
