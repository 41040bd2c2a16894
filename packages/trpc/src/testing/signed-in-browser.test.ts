import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  createSessionLayer,
  deriveKeyRing,
  memorySessionStore,
  type SessionLayer,
  type User,
} from '@latchkey/core';
import { type SettableClock, settableClock } from '@latchkey/core/testing';
import { createTRPCClient, httpLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createLatchkeyContext,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
} from '../index.ts';
import { signedInBrowser } from './index.ts';

const ada: User = { id: '7', username: 'ada', role: 'Admin', tokenVersion: 0, disabled: false };
const t = initTRPC.context<LatchkeyContext>().create();
const protectedProcedure = t.procedure.concat(latchkeyProcedures<'Admin'>().signedIn);
const router = t.router({
  mine: protectedProcedure.query(
    ({ ctx }) => `${ctx.principal.username} ${ctx.principal.generation}`,
  ),
});

let clock: SettableClock;
let layer: SessionLayer;
let origin: string;
let close: () => void;
beforeEach(async () => {
  clock = settableClock();
  layer = createSessionLayer({
    ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
    store: memorySessionStore(),
    users: { findUser: async () => ada },
    clock,
  });
  const app = express().use(
    '/trpc',
    latchkey({ layer }),
    createExpressMiddleware({ router, createContext: createLatchkeyContext }),
  );
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterEach(async () => {
  close();
  await layer.close();
});

it('signs a user in without a password', async () => {
  const browser = await signedInBrowser({ origin, layer, user: ada });
  const client = createTRPCClient<typeof router>({
    links: [httpLink({ url: `${origin}/trpc`, fetch: browser.fetch })],
  });
  expect(await client.mine.query()).toBe('ada 0');
  browser.expireAccessToken();
  expect(await client.mine.query()).toBe('ada 1');
  clock.advance(layer.options.accessTokenSeconds);
  expect(await client.mine.query()).toBe('ada 2');
});

it('signedInBrowser supports cookies with the __Host- prefix', async () => {
  const browser = await signedInBrowser({
    origin,
    layer,
    user: ada,
    cookies: { hostPrefix: true },
  });
  expect([...browser.cookies().keys()]).toContain('__Host-X-Access-Token');
  browser.expireAccessToken();
  expect([...browser.cookies().keys()]).not.toContain('__Host-X-Access-Token');
});

it('replayOldRefreshToken ends the session', async () => {
  const browser = await signedInBrowser({ origin, layer, user: ada });
  expect(() => browser.replayOldRefreshToken('/trpc/mine')).toThrow('Nothing has been rotated yet');
  for (let time = 0; time < 2; time++) {
    clock.advance(layer.options.accessTokenSeconds);
    expect((await browser.request('/trpc/mine')).status).toBe(200);
  }
  await layer.flush();
  expect((await browser.replayOldRefreshToken('/trpc/mine')).status).toBe(200);
  expect((await browser.request('/trpc/mine')).status).toBe(200);
  await layer.flush();
  clock.advance(layer.options.graceSeconds);
  expect((await browser.replayOldRefreshToken('/trpc/mine')).status).toBe(401);
  browser.expireAccessToken();
  expect((await browser.request('/trpc/mine')).status).toBe(401);
});

it("exports the cookies of a signed-in browser as Playwright's storage state", async () => {
  const browser = await signedInBrowser({ origin, layer, user: ada, cookies: { sameSite: 'lax' } });
  const { cookies, origins } = browser.storageState();
  expect(origins).toEqual([]);
  expect(cookies.map(({ name }) => name).sort()).toEqual([
    '__Host-X-Access-Token',
    '__Host-X-Refresh-Token',
    '__Host-X-Username',
  ]);
  expect(cookies.find(({ name }) => name === '__Host-X-Access-Token')).toEqual({
    name: '__Host-X-Access-Token',
    value: browser.cookies().get('__Host-X-Access-Token'),
    domain: 'localhost',
    path: '/',
    expires: clock.now() / 1000 + layer.options.accessTokenSeconds,
    httpOnly: true,
    secure: true,
    sameSite: 'Lax',
  });
});
