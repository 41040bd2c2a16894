import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { once } from 'node:events';
import { createSessionLayer, deriveKeyRing } from '@latchkey/core';
import { createBrowser, settableClock } from '@latchkey/core/testing';
import { openDatabase, sqlSessionStore } from '@latchkey/sql';
import {
  authRouter,
  createLatchkeyContext,
  latchkey,
  latchkeyProcedures,
  requirePolicies,
} from '@latchkey/trpc';
import { latchkeyWebSocket } from '@latchkey/trpc/streams';
import { signedInBrowser } from '@latchkey/trpc/testing';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { WebSocket } from 'ws';

// An app as an adopter would write it with the published packages: it signs in, waits until the
// access token has expired, is refreshed within a request, and signs out.
const user = { id: '7', username: 'ada', role: 'Admin', tokenVersion: 0, disabled: false };
const findUser = async (id) => (id === user.id ? user : null);
const database = await openDatabase('file:sessions.db');
const clock = settableClock();
const secret = Buffer.from('the secret of this walk-through, 32+').toString('base64url');
const layer = createSessionLayer({
  ring: deriveKeyRing([secret], 'ES256'),
  store: sqlSessionStore(database),
  users: { findUser },
  clock,
});

const t = initTRPC.context().create();
const { signedIn, withRevalidatedRole } = latchkeyProcedures();
const router = requirePolicies(
  t.router({
    auth: authRouter({
      checkPassword: async (username, password) =>
        username === 'ada' && password === 'right' ? user : null,
    }),
    mine: t.procedure.concat(signedIn).query(({ ctx }) => ctx.principal.username),
    admin: t.procedure.concat(withRevalidatedRole('Admin')).query(() => 'yes'),
  }),
);
throws(
  () => requirePolicies(t.router({ open: t.procedure.query(() => 'everybody') })),
  /open/,
  'a procedure without a policy is refused',
);
const app = express();
const session = latchkey({ layer });
app.use(
  '/trpc',
  session,
  createExpressMiddleware({ router, createContext: createLatchkeyContext }),
);
const server = app.listen(0, '127.0.0.1');
latchkeyWebSocket({
  server,
  path: '/trpc',
  through: session,
  router,
  createContext: createLatchkeyContext,
});
await once(server, 'listening');
const origin = `http://localhost:${server.address().port}`;

const browser = createBrowser({ origin, clock });
const mine = async (path = '/trpc/mine') => {
  const { status, body } = await browser.request(path);
  return status === 200 ? JSON.parse(body).result.data : status;
};

equal(await mine(), 401);
equal((await browser.post('/trpc/auth.login', { username: 'ada', password: 'wrong' })).status, 401);
equal((await browser.post('/trpc/auth.login', { username: 'ada', password: 'right' })).status, 200);
const [accessToken, refreshToken] = ['__Host-X-Access-Token', '__Host-X-Refresh-Token'].map(
  (name) => browser.cookies().get(name),
);
ok(accessToken && refreshToken, 'both tokens are in the jar');
deepEqual([await mine(), await mine('/trpc/admin')], ['ada', 'yes']);

clock.advance(layer.options.accessTokenSeconds);
equal(browser.cookies().has('__Host-X-Access-Token'), false, 'the access token has expired');
equal(await mine(), 'ada');
ok(
  ![undefined, accessToken].includes(browser.cookies().get('__Host-X-Access-Token')),
  'the same request set a new access token',
);
ok(
  ![undefined, refreshToken].includes(browser.cookies().get('__Host-X-Refresh-Token')),
  'and a new refresh token',
);

const cookie = [...browser.cookies()].map((pair) => pair.join('=')).join('; ');
const socket = new WebSocket(`${origin.replace('http', 'ws')}/trpc`, { headers: { cookie } });
socket.on('open', () => socket.send('{"id":1,"method":"query","params":{"path":"mine"}}'));
const [message] = await once(socket, 'message');
equal(JSON.parse(message).result.data, 'ada');
socket.terminate();

const before = browser.copy();
equal((await browser.post('/trpc/auth.logout')).status, 200);
equal(browser.cookies().has('__Host-X-Refresh-Token'), false);
equal(await mine(), 401);
clock.advance(layer.options.accessTokenSeconds);
equal((await before.request('/trpc/mine')).status, 401, 'old cookies are refused after sign-out');

const again = await signedInBrowser({ origin, layer, user });
again.expireAccessToken();
equal((await again.request('/trpc/mine')).status, 200);

server.closeAllConnections();
server.close();
await layer.close();
await database.close();
console.log('walked');
