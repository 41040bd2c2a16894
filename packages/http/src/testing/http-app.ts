import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createSessionLayer,
  deriveKeyRing,
  type LayerEvent,
  memorySessionStore,
  type SessionLayerDependencies,
} from '@latchkey/core';
import { type Browser, createBrowser, settableClock } from '@latchkey/core/testing';
import { memoryUsers, observedStore } from '@latchkey/test-support';
import express, { type Request } from 'express';
import { type Middleware, sessionOf } from '../adapters/middleware.ts';
import {
  type AuthenticationDecision,
  type LatchkeyOptions,
  latchkey,
} from '../adapters/node-middleware.ts';
import { sendError } from '../adapters/send-error.ts';
import { refusal } from '../errors.ts';

export interface HttpAppOptions
  extends Partial<Pick<SessionLayerDependencies, 'options' | 'store'>>,
    Partial<Omit<LatchkeyOptions, 'layer' | 'onDecision' | 'sendError'>> {
  /** Puts other middleware around Latchkey's; by default none. */
  readonly arrange?: (authenticate: Middleware) => Middleware[];
}

const SECRET = Buffer.from('the secret of these tests, number 1').toString('base64url');

/** Starts an Express app behind the steps of Latchkey, on a real port and a settable clock. */
export async function startHttpApp({
  options = {},
  store: innerStore = memorySessionStore(),
  arrange = (authenticate) => [authenticate],
  cookies,
  ...edge
}: HttpAppOptions = {}) {
  const clock = settableClock();
  const users = memoryUsers();
  const store = observedStore(innerStore);
  const ring = deriveKeyRing([SECRET]);
  const events: LayerEvent[] = [];
  const decisions: AuthenticationDecision[] = [];
  const layer = createSessionLayer({
    options,
    ring,
    store,
    users,
    clock,
    onEvent: (event) => events.push(event),
  });
  await layer.start();
  const authenticate = latchkey({
    layer,
    onDecision: (decision) => decisions.push(decision),
    trustHost: true,
    ...edge,
    cookies: { hostPrefix: false, ...cookies },
  });

  const app = express();
  app.use(...arrange(authenticate), express.json());
  app.post('/login', async (request, response) => {
    const { username, password, remember } = request.body;
    const user = password === 'password' ? users.byName(username) : null;
    if (!user) return sendError(response, refusal('invalid_credentials'));
    await sessionOf(request).actions.signIn(user, remember);
    response.json({ message: 'Logged in via Cookies' });
  });
  app.post('/refresh', async (request, response) => {
    const outcome = await sessionOf(request).refresh();
    if (outcome.kind === 'refused') return sendError(response, refusal(outcome.reason));
    response.json({ message: 'Refreshed via Cookies' });
  });
  app.post('/logout', async (request, response) => {
    await sessionOf(request).actions.signOut();
    response.json({ message: 'Logged out' });
  });
  app.get('/session', (request, response) => {
    const { principal, cookieDescriptions: cookies } = sessionOf(request);
    response.json({ principal, cookies });
  });
  app.get('/dashboard', (request, response) => answerDashboard(request, response));
  app.use((error: unknown, _request: Request, response: ServerResponse, _next: unknown) =>
    sendError(response, error),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;

  const browser = () => createBrowser({ origin, clock });
  return {
    origin,
    clock,
    users,
    store,
    ring,
    layer,
    events,
    decisions,
    browser,
    /** Returns a browser that has signed in. */
    async signedIn(username = 'alice'): Promise<Browser> {
      const signedInBrowser = browser();
      const body = { username, password: 'password' };
      const reply = await signedInBrowser.post('/login', body);
      if (reply.status !== 200) throw new Error(`sign-in failed: ${reply.status} ${reply.body}`);
      return signedInBrowser;
    },
    async close(): Promise<void> {
      await layer.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type HttpApp = Awaited<ReturnType<typeof startHttpApp>>;

function answerDashboard(request: Request, response: ServerResponse): void {
  const { principal, outage, authentication } = sessionOf(request);
  if (principal) response.end('Hello User!');
  else
    sendError(
      response,
      outage ??
        refusal(authentication.kind === 'anonymous' ? authentication.reason : 'no_credentials'),
    );
}
