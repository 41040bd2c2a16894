import {
  type ClaimsSchema,
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  systemClock,
} from '@latchkey/core';
import {
  authRouter,
  createLatchkeyContext,
  type LatchkeyContext,
  latchkeyProcedures,
  latchkey as sessions,
} from '@latchkey/trpc';
import { hashKey, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, createTRPCUntypedClient, TRPCClientError } from '@trpc/client';
import { createTRPCReact, getQueryKey } from '@trpc/react-query';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { observable } from '@trpc/server/observable';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import express from 'express';
import { renderToString } from 'react-dom/server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import {
  createLatchkey,
  createQueryClient,
  LatchkeyProvider,
  latchkeyLink,
  Protected,
  RequireRole,
  useUser,
} from './index.ts';

declare module './session/session.ts' {
  interface Register {
    role: 'Admin' | 'User';
    claims: { tenantId: string };
    reason: 'seats_used_up';
  }
}

const t = initTRPC.context<LatchkeyContext>().create();
/** A Standard Schema; most apps use Zod's or Valibot's. */
const claims: ClaimsSchema<{ tenantId: string }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => ({ value: value as { tenantId: string } }),
  },
};
const ada = {
  id: '7',
  username: 'ada',
  role: 'Admin',
  tokenVersion: 0,
  disabled: false,
  claims: { tenantId: 'acme' },
};
const router = t.router({
  auth: authRouter({
    checkPassword: async (username, password) =>
      username === 'ada' && password === 'right' ? ada : null,
  }),
  mine: t.procedure
    .concat(latchkeyProcedures<'Admin' | 'User'>().signedIn)
    .query(({ ctx }) => `yours, ${ctx.principal.username}`),
});
type AppRouter = typeof router;

let url: string;
let close: () => void;
beforeAll(async () => {
  const secret = Buffer.from('the secret of these tests, number 1').toString('base64url');
  const layer = createSessionLayer({
    ring: deriveKeyRing([secret]),
    store: memorySessionStore(),
    users: { findUser: async (id) => (id === ada.id ? ada : null) },
    clock: systemClock,
    claims,
  });
  const app = express();
  app.use(
    '/trpc',
    sessions({ layer }),
    createExpressMiddleware({ router, createContext: createLatchkeyContext }),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  url = `http://localhost:${typeof address === 'object' && address?.port}/trpc`;
  close = () => server.close();
});
afterAll(() => close());

/** Makes fetch send what a browser adds: the cookies and the Origin header. */
beforeEach(() => {
  const jar = new Map<string, string>();
  const send = globalThis.fetch;
  vi.stubGlobal('fetch', async (to: string, init: RequestInit) => {
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    const response = await send(to, {
      ...init,
      headers: {
        ...Object.fromEntries(new Headers(init.headers)),
        cookie,
        origin: new URL(to).origin,
      },
    });
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      jar.set(name, value);
    }
    return response;
  });
});
afterEach(() => void vi.unstubAllGlobals());

function Greeting() {
  const { username, claims } = useUser();
  return (
    <p>
      Hello {username} of {claims.tenantId}
    </p>
  );
}

it("runs the README's example with @trpc/react-query", async () => {
  const trpc = createTRPCReact<AppRouter>();

  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url, queryClient });
  const client = trpc.createClient({ links: [latchkeyLink(latchkey)] });
  const page = () =>
    renderToString(
      <trpc.Provider client={client} queryClient={queryClient}>
        <QueryClientProvider client={queryClient}>
          <LatchkeyProvider latchkey={latchkey}>
            <Protected signedOut={(reason) => <p>Sign in ({reason})</p>} pending={<p>Wait</p>}>
              <Greeting />
              <RequireRole needs="Admin">, administrator</RequireRole>
              {/* @ts-expect-error a misspelt role does not compile */}
              <RequireRole needs="Amdin">never</RequireRole>
            </Protected>
          </LatchkeyProvider>
        </QueryClientProvider>
      </trpc.Provider>,
    );
  const ask = async () =>
    queryClient.setQueryData(
      latchkey.sessionKey,
      await latchkey.fetchSession(AbortSignal.timeout(5_000)),
    );

  expect(page()).toBe('<p>Wait</p>');
  await ask();
  expect(page()).toContain('Sign in');
  await client.auth.login.mutate({ username: 'ada', password: 'right' });
  await ask();
  expect(page()).toBe('<p>Hello <!-- -->ada<!-- --> of <!-- -->acme</p>, administrator');
  expect(await client.mine.query()).toBe('yours, ada');

  const stop = latchkey.control.start();
  await ask();
  await client.auth.logout.mutate();
  await ask();
  expect(page()).toMatch(/^<p>Sign in .*<p>Hello .*administrator$/);
  stop();
  expect(hashKey(getQueryKey(trpc.auth.session, undefined, 'query'))).toBe(
    hashKey(latchkey.sessionKey),
  );
});

it("runs the README's example with @trpc/tanstack-react-query", async () => {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url, queryClient });
  const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
  const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });

  const stop = latchkey.control.start();
  await queryClient.fetchQuery(trpc.auth.session.queryOptions());
  expect(latchkey.onPage.get()).toBeNull();
  await client.auth.login.mutate({ username: 'ada', password: 'right' });
  await latchkey.control.signedIn();
  await queryClient.fetchQuery({ ...trpc.auth.session.queryOptions(), staleTime: 0 });
  expect(latchkey.onPage.get()?.principal.username).toBe('ada');
  expect(await queryClient.fetchQuery(trpc.mine.queryOptions())).toBe('yours, ada');
  expect(hashKey(trpc.auth.session.queryKey())).toBe(hashKey(latchkey.sessionKey));
  stop();
});

it('passes subscriptions to the next link, and queries the session when one is refused', async () => {
  const queryClient = createQueryClient();
  const latchkey = createLatchkey({ url, queryClient });
  const asked = vi.spyOn(queryClient, 'invalidateQueries');
  const refusal = TRPCClientError.from({
    error: { code: -32001, message: 'over', data: { httpStatus: 401, reason: 'session_revoked' } },
  } as never);
  const client = createTRPCUntypedClient<AppRouter>({
    links: [
      latchkeyLink(latchkey),
      () => () => observable((observer) => observer.error(refusal as never)),
    ],
  });
  latchkey.onPage.set({
    principal: { userId: '7', username: 'ada', role: 'Admin', sessionId: 's', generation: 0 },
  } as never);
  const error = await new Promise((onError) =>
    client.subscription('ticks', undefined, { onError }),
  );
  expect(error).toBe(refusal);
  expect(asked).toHaveBeenCalledWith({ queryKey: latchkey.sessionKey, refetchType: 'all' });
});

it('names a missing url, provider or <Protected> in the error', () => {
  expect(() => createLatchkey({ url: '', queryClient: createQueryClient() })).toThrow(
    /url is missing/,
  );
  expect(() => renderToString(<Greeting />)).toThrow(/<Protected> is missing/);
  expect(() => renderToString(<Protected>never</Protected>)).toThrow(
    /<LatchkeyProvider> is missing/,
  );
});
