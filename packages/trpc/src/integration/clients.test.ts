import type { Browser } from '@latchkey/core/testing';
import {
  createTRPCClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  isTRPCClientError,
  splitLink,
  type TRPCLink,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.ts';
import type { TestRouter } from '../testing/test-router.ts';

let app: TestApp;
let browser: Browser;
beforeEach(async () => {
  app = await startTestApp();
  browser = app.browser();
});
afterEach(() => app.close());

const links: [
  string,
  (options: {
    url: string;
    fetch: (url: unknown, init: unknown) => Promise<Response>;
  }) => TRPCLink<TestRouter>,
][] = [
  ['httpLink', (options) => httpLink(options)],
  ['httpBatchLink', (options) => httpBatchLink(options)],
  ['httpBatchStreamLink', (options) => httpBatchStreamLink(options)],
];

/**
 * Creates a client as the SPA does: calls that set cookies go alone, the others through the link
 * under test.
 */
function clientOn(link: (typeof links)[number][1]) {
  const options = {
    url: `${app.origin}/trpc`,
    fetch: (url: unknown, init: unknown) => browser.fetch(url as URL, init as RequestInit),
  };
  return createTRPCClient<TestRouter>({
    links: [
      splitLink({
        condition: ({ path }) => path.startsWith('auth.') && path !== 'auth.session',
        true: httpLink(options),
        false: link(options),
      }),
    ],
  });
}

const reasonOf = (error: unknown) =>
  isTRPCClientError<TestRouter>(error) ? error.data?.reason : error;
const generation = async (client: ReturnType<typeof clientOn>) =>
  (await client.auth.session.query()).principal?.generation;
const rotations = () =>
  app.decisions.filter(
    ({ session }) =>
      session.refreshed?.kind === 'refreshed' && session.refreshed.decision === 'rotate',
  ).length;

describe.each(links)('through %s', (name, link) => {
  it('signs in through a tRPC client, stays signed in past the access token, and signs out', async () => {
    const client = clientOn(link);
    expect(await client.dashboard.query().catch(reasonOf)).toBe('no_credentials');
    expect(
      await client.auth.login.mutate({ username: 'alice', password: 'wrong' }).catch(reasonOf),
    ).toBe('invalid_credentials');
    expect(await client.auth.login.mutate({ username: 'alice', password: 'password' })).toEqual({
      message: 'Logged in via Cookies',
    });
    expect(await client.dashboard.query()).toBe('Hello User!');

    app.clock.advance(600);
    expect(await client.dashboard.query()).toBe('Hello User!');
    expect(await generation(client)).toBe(1);
    expect(await client.adminOnly.query()).toBe('Hello Admin!');

    app.clock.advance(120);
    expect(await client.auth.refresh.mutate()).toEqual({ message: 'Refreshed via Cookies' });
    expect(await generation(client)).toBe(2);

    expect(await client.auth.logout.mutate()).toEqual({ message: 'Logged out' });
    expect(await client.dashboard.query().catch(reasonOf)).toBe('no_credentials');
    expect((await client.auth.session.query()).principal).toBeNull();
  });

  it('rotates once for ten queries with an expired access token, and answers them all', async () => {
    const client = clientOn(link);
    await client.auth.login.mutate({ username: 'alice', password: 'password' });
    app.clock.advance(600);
    const before = app.decisions.length;
    expect(
      await Promise.all(Array.from({ length: 10 }, (_, n) => client.echo.query({ n }))),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rotations()).toBe(1);
    expect(app.decisions.length - before).toBe(name === 'httpLink' ? 10 : 1);
    expect(await generation(client)).toBe(1);
  });

  it('answers 403 with the missing role and 500 without internal details', async () => {
    const client = clientOn(link);
    await client.auth.login.mutate({ username: 'bob', password: 'password' });
    const refused = await client.adminOnly.query().catch((error: unknown) => error);
    expect(refused).toMatchObject({
      message: 'This requires the role Admin. You are signed in as bob with the role User.',
      data: { httpStatus: 403, code: 'FORBIDDEN', reason: 'role_required' },
    });
    const broken = await client.boom.query().catch((error: unknown) => error);
    expect(broken).toMatchObject({
      message: 'Something went wrong on our side.',
      data: { httpStatus: 500, reason: 'internal' },
    });
    expect(JSON.stringify(broken)).not.toMatch(/detail|stack|\.ts/);
  });

  it('answers 400 to invalid input and names the field', async () => {
    const client = clientOn(link);
    await client.auth.login.mutate({ username: 'bob', password: 'password' });
    const wrong = await client.echo.query({ n: 'seven' as never }).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ data: { httpStatus: 400, reason: 'invalid_input' } });
    expect((wrong as Error).message).toMatch(/^n: /);
  });
});

describe('a procedure that sets cookies, called in a streamed batch', () => {
  const streamed = (path: string, input: unknown = {}) =>
    browser.request(`/trpc/${path}?batch=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'trpc-accept': 'application/jsonl' },
      body: JSON.stringify({ 0: input }),
    });

  it('refuses a procedure that sets cookies before it runs, and names the link to call it by', async () => {
    await browser.post('/trpc/auth.login', { username: 'alice', password: 'password' });
    app.clock.advance(300);
    app.store.calls.length = 0;
    for (const path of ['auth.login', 'auth.refresh', 'auth.logout']) {
      const reply = await streamed(path, { username: 'alice', password: 'password' });
      expect(reply.setCookies).toEqual([]);
      expect(reply.body).toContain('httpLink');
    }
    expect(app.store.calls).toEqual([]);
    expect((await browser.request('/trpc/dashboard')).status).toBe(200);
  });
});

describe('an explicit refresh', () => {
  const client = () => clientOn((options) => httpLink(options));

  it('answers an explicit refresh 401 without its cookies and 403 with refused ones', async () => {
    const status = (error: unknown) =>
      isTRPCClientError<TestRouter>(error) ? [error.data?.httpStatus, error.data?.reason] : error;
    expect(await client().auth.refresh.mutate().catch(status)).toEqual([
      401,
      'refresh_token_missing',
    ]);
    browser.setCookie('X-Refresh-Token', 'garbage');
    expect(await client().auth.refresh.mutate().catch(status)).toEqual([401, 'username_missing']);
    browser.setCookie('X-Username', 'alice');
    expect(await client().auth.refresh.mutate().catch(status)).toEqual([
      403,
      'refresh_token_invalid',
    ]);
  });
});

describe('an SSE subscription', () => {
  function subscribe() {
    const client = createTRPCClient<TestRouter>({
      links: [
        httpSubscriptionLink({
          url: `${app.origin}/trpc`,
          EventSource,
          eventSourceOptions: () => ({ fetch: browser.fetch }),
        }),
      ],
    });
    return new Promise<{ n: number; username: string }[]>((resolve, reject) => {
      const seen: { n: number; username: string }[] = [];
      client.ticks.subscribe(undefined, {
        onData: ({ data }) => seen.push(data),
        onComplete: () => resolve(seen),
        onError: reject,
      });
    });
  }

  it('refreshes an SSE subscription at connect: the cookies come before the first byte', async () => {
    await browser.post('/trpc/auth.login', { username: 'bob', password: 'password' });
    const before = browser.cookies().get('X-Refresh-Token');
    app.clock.advance(600);
    expect(await subscribe()).toEqual([1, 2, 3].map((n) => ({ n, username: 'bob' })));
    expect(rotations()).toBe(1);
    expect(browser.cookies().get('X-Refresh-Token')).not.toBe(before);
    expect((await browser.request('/trpc/dashboard')).status).toBe(200);
  });

  it('refuses an anonymous SSE subscription', async () => {
    await expect(subscribe()).rejects.toMatchObject({ data: { reason: 'no_credentials' } });
  });
});
