import { context } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../testing/start-app.ts';

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

const PASSWORD = 'canary password of bob';
const USER_AGENT = 'canary agent';

describe('trace spans', () => {
  let app: TestServer;
  beforeAll(async () => {
    app = await startApp({ session: { accessTokenSeconds: 60 } });
  });
  afterAll(() => app.close());
  beforeEach(() => exporter.reset());

  const spans = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);
  const parentOf = ({ parentSpanContext }: ReadableSpan) =>
    exporter
      .getFinishedSpans()
      .find((span) => span.spanContext().spanId === parentSpanContext?.spanId)?.name ?? null;

  async function signedIn() {
    const browser = app.browser(USER_AGENT);
    expect((await browser.post('/login', { username: 'bob', password: 'password' })).status).toBe(
      200,
    );
    exporter.reset();
    return browser;
  }

  it('a request with a valid access token makes one span, without the store', async () => {
    const browser = await signedIn();
    await browser.request('/dashboard');
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['latchkey.authenticate']);
    expect(spans('latchkey.authenticate')[0]?.attributes).toEqual({
      'latchkey.outcome': 'authenticated',
      'latchkey.session': expect.stringMatching(/^[\w-]{16}$/),
    });
  });

  it("the span of a refresh is within the request's, and the store's within the refresh's", async () => {
    const browser = await signedIn();
    app.clock.advance(61);
    await browser.request('/dashboard');
    const [authenticate] = spans('latchkey.authenticate');
    const [refresh] = spans('latchkey.refresh');
    const [rotate] = spans('latchkey.store.rotate');
    expect([
      authenticate?.attributes['latchkey.outcome'],
      refresh?.attributes['latchkey.decision'],
    ]).toEqual(['refreshed', 'rotate']);
    expect([refresh, rotate].map((span) => span && parentOf(span))).toEqual([
      'latchkey.authenticate',
      'latchkey.refresh',
    ]);
  });

  it("a procedure's spans are not within the authentication span", async () => {
    const browser = await signedIn();
    await browser.post('/trpc/account.sessions', undefined);
    await browser.request('/trpc/account.sessions');
    expect(spans('latchkey.store.findByUser').map(parentOf)).toEqual([null]);
  });

  it('the span of a refused request has the reason as an attribute', async () => {
    const browser = await signedIn();
    await app.layer.revokeUserSessions(
      (await app.users.findAccount('bob'))?.id ?? '',
      'administrator',
    );
    exporter.reset();
    await browser.request('/dashboard');
    expect(spans('latchkey.refresh')[0]?.attributes).toMatchObject({
      'latchkey.decision': 'refused',
      'latchkey.reason': 'session_revoked',
    });
    expect(spans('latchkey.authenticate')[0]?.attributes).toEqual({
      'latchkey.outcome': 'anonymous',
      'latchkey.reason': 'session_revoked',
    });
  });

  it('spans contain no credential and no user', async () => {
    const browser = app.browser(USER_AGENT);
    await browser.post('/login', { username: 'bob', password: PASSWORD });
    await browser.post('/login', { username: 'bob', password: 'password' });
    const { sessions } = await app.layer.sessionsOf((await app.users.findAccount('bob'))?.id ?? '');
    app.clock.advance(61);
    await browser.request('/dashboard?canary=query');
    await browser.post('/logout');
    const told = JSON.stringify(
      exporter
        .getFinishedSpans()
        .map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    );
    expect(told.length).toBeGreaterThan(500);
    const secrets = [
      ...browser.received
        .map((cookie) => /=([^;]*)/.exec(cookie)?.[1] ?? '')
        .filter((value) => value.length > 3),
      ...sessions.flatMap(({ id, userId }) => [id, userId]),
    ];
    for (const secret of [...secrets, 'bob', 'canary']) expect(told, secret).not.toContain(secret);
  });

  it('the span of a store outage has only the class of the error', async () => {
    const browser = await signedIn();
    await app.database.close();
    app.clock.advance(61);
    expect((await browser.request('/dashboard')).status).toBe(503);
    expect(spans('latchkey.authenticate')[0]).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'StoreUnavailableError' },
    });
    expect(spans('latchkey.authenticate')[0]?.status.message).toBeUndefined();
    expect(context.active()).toBeDefined();
  });
});
