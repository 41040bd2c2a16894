import type { SessionStore } from '@latchkey/core';
import type { Reply } from '@latchkey/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../testing/start-app.ts';

const CANARY = 'canary-of-an-inner-error';

/**
 * Creates an error as a database driver throws it: its text, stack, cause and extra fields must not
 * reach callers.
 */
function innerError(): Error {
  const error = new Error(`${CANARY} select secret from users`, {
    cause: new Error(`${CANARY} cause`),
  });
  return Object.assign(error, {
    name: 'InnerError',
    code: CANARY,
    status: 500,
    detail: { password: CANARY },
  });
}

describe('an internal error', () => {
  let app: TestServer;
  let store: { -readonly [Verb in keyof SessionStore]: SessionStore[Verb] };
  let whole: SessionStore;
  beforeAll(async () => {
    app = await startApp({ session: { accessTokenSeconds: 60 } });
    store = app.store;
    whole = { ...app.store };
  });
  beforeEach(() => Object.assign(store, whole));
  afterAll(() => app.close());

  async function signedIn() {
    const browser = app.browser();
    await browser.post('/login', { username: 'bob', password: 'password' });
    app.clock.advance(61);
    return browser;
  }
  const faults = (requestId: string | null) =>
    app.log().filter((line) => line.event === 'fault' && line.requestId === requestId);

  it.each<[string, (browser: Awaited<ReturnType<typeof signedIn>>) => Promise<Reply>, number]>([
    ['plain HTTP, in the middleware', (browser) => browser.request('/dashboard'), 500],
    ['plain HTTP, in a procedure', (browser) => browser.post('/refresh'), 500],
    ['tRPC', (browser) => browser.request('/trpc/auth.session'), 500],
    ['a batch', (browser) => browser.request('/trpc/auth.session,dashboard?batch=1'), 500],
    [
      'a streamed batch',
      (browser) =>
        browser.request('/trpc/auth.session,dashboard?batch=1', {
          headers: { 'trpc-accept': 'application/jsonl' },
        }),
      500,
    ],
    [
      'a subscription over SSE',
      (browser) => browser.request('/trpc/account.watchSecurityEvents'),
      500,
    ],
    ['a page', (browser) => browser.post('/logout'), 500],
  ])(
    'an internal error is not in the response, and is in the log under the request id: %s',
    async (_name, ask, status) => {
      const browser = await signedIn();
      store.rotate = () => Promise.reject(innerError());
      store.find = () => Promise.reject(innerError());
      const reply = await ask(browser);
      const requestId = reply.headers.get('x-request-id');
      expect(reply.status).toBe(status);
      expect(`${reply.body} ${[...reply.headers].join(' ')}`).not.toMatch(
        /canary|InnerError|select secret|\.ts:|node_modules/,
      );
      expect(reply.body).toContain('"reason":"internal"');
      expect(reply.body).toContain(`"requestId":"${requestId}"`);
      expect(faults(requestId)[0]).toMatchObject({
        reason: 'internal',
        err: { message: expect.stringContaining(CANARY) },
      });
      expect(JSON.stringify(faults(requestId))).not.toContain('"password"');
    },
  );

  it("a procedure's error after authentication is not disclosed to the caller", async () => {
    const browser = await signedIn();
    await browser.request('/dashboard');
    store.findByUser = () => Promise.reject(innerError());
    const reply = await browser.request('/trpc/account.sessions,account.signUpOpen?batch=1');
    expect(reply.body).not.toMatch(/canary|stack|cause/);
    const [failed, went] = JSON.parse(reply.body) as {
      error?: { message: string; data: object };
      result?: unknown;
    }[];
    expect(failed?.error).toMatchObject({
      message: 'Something went wrong on our side.',
      data: { reason: 'internal', requestId: reply.headers.get('x-request-id') },
    });
    expect(went?.result).toBeDefined();
  });

  it.each(['forged-id', 'a"b', '\u001b[31mred', 'x'.repeat(4000)])(
    'ignores the request id that the caller sends: %j',
    async (forged) => {
      const reply = await app
        .browser()
        .request('/dashboard', { headers: { 'x-request-id': forged.replace('\u001b', '') } });
      expect(reply.headers.get('x-request-id')).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
      expect(app.rawLog()).not.toContain(forged.slice(0, 9));
    },
  );
});
