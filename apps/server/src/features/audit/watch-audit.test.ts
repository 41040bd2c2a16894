import type { Browser } from '@latchkey/core/testing';
import {
  createTRPCClient,
  createWSClient,
  httpSubscriptionLink,
  isTRPCClientError,
  type TRPCLink,
  wsLink,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { AppRouter } from '../../api/router.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';

let app: TestServer;
let sockets: ReturnType<typeof createWSClient>[];
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  sockets = [];
});
afterEach(async () => {
  await Promise.all(sockets.map((socket) => socket.close()));
  await app.close();
});

const signedIn = async (username: string) => {
  const browser = app.browser();
  await browser.post('/login', { username, password: 'password' });
  return browser;
};

const links: Record<'SSE' | 'WebSocket', (browser: Browser) => TRPCLink<AppRouter>> = {
  SSE: (browser: Browser) =>
    httpSubscriptionLink({
      url: `${app.origin}/trpc`,
      EventSource,
      eventSourceOptions: () => ({ fetch: browser.fetch }),
    }),
  WebSocket(browser: Browser) {
    const Connecting = class extends WebSocket {
      constructor(url: string) {
        super(url, { headers: { cookie: browser.send('/').cookieHeader } });
        this.on('upgrade', ({ headers }) => browser.receive(headers['set-cookie'] ?? []));
      }
    };
    const client = createWSClient({
      url: `${app.origin.replace('http', 'ws')}/trpc`,
      WebSocket: Connecting as never,
      retryDelayMs: () => 20,
    });
    sockets.push(client);
    return wsLink({ client });
  },
};

function watch(
  browser: Browser,
  over: keyof typeof links,
  procedure: 'account.watchSecurityEvents' | 'admin.watchAudit',
  lastEventId?: string,
) {
  const client = createTRPCClient<AppRouter>({ links: [links[over](browser)] });
  const kinds: string[] = [];
  const ids: string[] = [];
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string | undefined>();
  const subscribe =
    procedure === 'admin.watchAudit'
      ? client.admin.watchAudit.subscribe
      : client.account.watchSecurityEvents.subscribe;
  const { unsubscribe } = subscribe(lastEventId === undefined ? {} : { lastEventId }, {
    onStarted: () => started.resolve(),
    onData({ id, data }) {
      ids.push(id);
      kinds.push(data.kind);
    },
    onError: (error: unknown) =>
      ended.resolve(isTRPCClientError<AppRouter>(error) ? error.data?.reason : String(error)),
  });
  return { kinds, ids, started: started.promise, ended: ended.promise, unsubscribe };
}

describe.each(['SSE', 'WebSocket'] as const)('streams of audit events over %s', (over) => {
  it('users receive their own events as they happen, and miss none when they reconnect', async () => {
    const browser = await signedIn('bob');
    const first = watch(browser, over, 'account.watchSecurityEvents');
    await first.started;
    await expect.poll(() => app.tail.listeners).toBe(1);
    await signedIn('admin');
    await signedIn('bob');
    await app.clock.pass(0.5);
    await expect.poll(() => first.kinds).toEqual(['session.issued']);
    first.unsubscribe();
    await expect.poll(() => app.tail.listeners).toBe(0);
    await app.clock.pass(0.5);

    await signedIn('bob');
    await browser.post('/trpc/account.revokeOtherSessions');
    const second = watch(browser, over, 'account.watchSecurityEvents', first.ids.at(-1));
    await expect
      .poll(() => second.kinds)
      .toEqual(['session.issued', 'session.revoked', 'session.revoked']);
    expect(new Set([...first.ids, ...second.ids]).size).toBe(4);
    second.unsubscribe();
  });

  it('an administrator receives the events of all users until the role is lost', async () => {
    const browser = await signedIn('admin');
    const stream = watch(browser, over, 'admin.watchAudit', '0');
    await expect.poll(() => stream.kinds.length).toBeGreaterThan(0);
    await signedIn('bob');
    await app.clock.pass(0.5);
    await expect.poll(() => stream.kinds.at(-1)).toBe('session.issued');
    await app.users.change((await app.users.findAccount('admin'))?.id ?? '', { disabled: true });
    app.clock.advance(60);
    expect(await stream.ended).toBe('user_gone');
    await expect.poll(() => app.tail.listeners).toBe(0);
  });

  it('streams of audit events refuse other users, and a malformed last event id', async () => {
    const browser = await signedIn('bob');
    expect(await watch(browser, over, 'admin.watchAudit').ended).toBe('role_required');
    expect(await watch(app.browser(), over, 'account.watchSecurityEvents').ended).toBe(
      'no_credentials',
    );
    expect(await watch(browser, over, 'account.watchSecurityEvents', 'seven').ended).toBe(
      'invalid_input',
    );
  });
});
