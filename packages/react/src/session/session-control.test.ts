import { dehydrate, hydrate, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';
import { createLatchkey } from '../latchkey.ts';
import { createQueryClient } from '../query-client.ts';
import { sessionKeyOf } from './session.ts';

const sessionKey = sessionKeyOf('auth');

const answer = {
  principal: {
    userId: '7',
    username: 'ada',
    role: 'Admin' as never,
    sessionId: 'A'.repeat(22),
    generation: 0,
  },
  reason: null,
};
const dehydrated = () => {
  const server = createQueryClient();
  server.setQueryData(sessionKey, answer);
  return dehydrate(server);
};
const stops: (() => void)[] = [];
function start(queryClient = createQueryClient()) {
  const latchkey = createLatchkey({ url: '/trpc', queryClient });
  stops.push(latchkey.control.start());
  return { queryClient, latchkey };
}

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.unstubAllGlobals();
});

it('knows the user of a session that was hydrated before session control started (C4)', () => {
  const queryClient = createQueryClient();
  hydrate(queryClient, dehydrated());
  expect(start(queryClient).latchkey.onPage.get()?.principal.username).toBe('ada');
});

it('knows the user of a session that is hydrated later, into an empty or a filled cache (C4)', () => {
  const empty = start();
  hydrate(empty.queryClient, dehydrated());
  expect(empty.latchkey.onPage.get()?.principal.username).toBe('ada');

  const filled = start();
  filled.queryClient.setQueryData(
    sessionKey,
    { principal: null, reason: 'no_credentials' },
    { updatedAt: 1 },
  );
  expect(filled.latchkey.onPage.get()).toBeNull();
  hydrate(filled.queryClient, dehydrated());
  expect(filled.latchkey.onPage.get()?.principal.username).toBe('ada');
});

it.each([
  ['no_credentials', 'cookies_blocked'],
  ['session_revoked', 'session_revoked'],
])(
  'after a sign-in, if auth.session answers %s, the signed-out reason is %s (C6)',
  async (reason, expected) => {
    const { queryClient, latchkey } = start();
    const observer = new QueryObserver(queryClient, {
      queryKey: sessionKey,
      queryFn: async () => ({ principal: null, reason }),
    });
    const stop = observer.subscribe(() => {});
    await latchkey.control.signedIn();
    expect(queryClient.getQueryData(sessionKey)).toMatchObject({ reason: expected });
    stop();
  },
);

it('does not claim that cookies are blocked if the server does not answer after a sign-in', async () => {
  const { queryClient, latchkey } = start();
  queryClient.setQueryData(sessionKey, { principal: null, reason: 'no_credentials' });
  const observer = new QueryObserver(queryClient, {
    queryKey: sessionKey,
    queryFn: () => Promise.reject(new Error('the server is out')),
    retry: false,
  });
  const stop = observer.subscribe(() => {});
  await latchkey.control.signedIn();
  expect(queryClient.getQueryState(sessionKey)).toMatchObject({
    status: 'error',
    data: { reason: 'no_credentials' },
  });
  stop();
});

it('opens no channel outside a browser, so that a process can end (C3)', () => {
  const opened = vi.fn();
  vi.stubGlobal('BroadcastChannel', opened);
  const { latchkey } = start();
  latchkey.control.signedOut();
  expect(opened).not.toHaveBeenCalled();
});

it('fetches private queries again if the claims of the same session changed, and keeps them shown (P6)', () => {
  const { queryClient, latchkey } = start();
  const having = (tenantId: string) => ({
    ...answer,
    principal: { ...answer.principal, claims: { tenantId } },
  });
  const invalidated = vi.spyOn(queryClient, 'invalidateQueries');
  queryClient.setQueryData(['orders'], ['one']);
  for (const tenantId of ['acme', 'acme', 'other'])
    queryClient.setQueryData(sessionKey, having(tenantId));
  expect(invalidated).toHaveBeenCalledTimes(1);
  expect(queryClient.getQueryData(['orders'])).toEqual(['one']);
  expect(latchkey.onPage.get()?.principal.claims).toEqual({ tenantId: 'other' });
});
