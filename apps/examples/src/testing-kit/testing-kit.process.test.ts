import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createSessionLayer, deriveKeyRing, memorySessionStore, type User } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { CHROMIUM_ARGS, headlessShell } from '@latchkey/test-services/browsers';
import { callerContext, signedInBrowser } from '@latchkey/trpc/testing';
import { chromium } from '@playwright/test';
import { createTRPCClient, httpLink } from '@trpc/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNotesApp, createNotesRouter, type NotesRouter } from './notes-app.ts';

const ada: User = { id: '7', username: 'ada', role: 'Writer', tokenVersion: 0, disabled: false };

const clock = settableClock();
const createLayer = () =>
  createSessionLayer({
    ring: deriveKeyRing([Buffer.from('the secret of these tests, number 1').toString('base64url')]),
    store: memorySessionStore(),
    users: { findUser: async (id) => (id === ada.id ? ada : null) },
    clock,
  });

let layer: ReturnType<typeof createLayer>;
let origin: string;
let close: () => void;
beforeEach(async () => {
  clock.set(Date.now());
  layer = createLayer();
  const server = createNotesApp(layer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterEach(async () => {
  close();
  await layer.close();
});

it('callerContext calls procedures as a user without a server', async () => {
  const router = createNotesRouter();
  const caller = router.createCaller(await callerContext({ layer, user: ada }));
  await caller.add('milk');
  expect(await caller.mine()).toEqual(['milk']);
  await expect(
    router.createCaller(await callerContext({ layer, user: null })).mine(),
  ).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

it('signedInBrowser gives a tRPC client the cookie jar of a signed-in user', async () => {
  const browser = await signedInBrowser({ origin, layer, user: ada });
  const client = createTRPCClient<NotesRouter>({
    links: [httpLink({ url: `${origin}/trpc`, fetch: browser.fetch })],
  });
  await client.add.mutate('bread');
  expect(await client.mine.query()).toEqual(['bread']);
});

it('advance expires an access token on the test clock, and a request refreshes it', async () => {
  const browser = await signedInBrowser({ origin, layer, user: ada });
  clock.advance(layer.options.accessTokenSeconds);
  expect((await browser.request('/trpc/mine')).status).toBe(200);
  clock.advance(layer.options.idleSeconds);
  expect((await browser.request('/trpc/mine')).status).toBe(401);
});

it('expireAccessToken expires the access token of one browser alone', async () => {
  const browser = await signedInBrowser({ origin, layer, user: ada });
  browser.expireAccessToken();
  const reply = await browser.request('/trpc/mine');
  expect([reply.status, browser.cookies().has('__Host-X-Access-Token')]).toEqual([200, true]);
});

it('replayOldRefreshToken catches a thief with an old copy of a refresh token', async () => {
  const browser = await signedInBrowser({ origin, layer, user: ada });
  browser.expireAccessToken();
  await browser.request('/trpc/mine');
  await browser.request('/trpc/mine');
  await layer.flush();
  clock.advance(layer.options.graceSeconds);
  expect((await browser.replayOldRefreshToken('/trpc/mine')).status).toBe(401);
  browser.expireAccessToken();
  expect((await browser.request('/trpc/mine')).status).toBe(401);
});

it('storageState opens a page in a real browser that is and stays signed in', {
  timeout: 60_000,
}, async () => {
  const browser = await signedInBrowser({ origin, layer, user: ada });
  const executablePath = await headlessShell();
  const real = await chromium.launch({
    args: CHROMIUM_ARGS,
    ...(executablePath && { executablePath }),
  });
  try {
    const context = await real.newContext({ storageState: browser.storageState() });
    const page = await context.newPage();
    await page.goto(origin);
    await page.getByRole('status').filter({ hasText: '200' }).waitFor();
    clock.advance(layer.options.accessTokenSeconds);
    await page.reload();
    await page.getByRole('status').filter({ hasText: '200' }).waitFor();
    const refreshed = (await context.cookies()).find(
      ({ name }) => name === '__Host-X-Refresh-Token',
    );
    expect(refreshed?.value).not.toBe(browser.cookies().get('__Host-X-Refresh-Token'));
    const signedOut = await (await real.newContext()).newPage();
    await signedOut.goto(origin);
    await signedOut.getByRole('status').filter({ hasText: '401' }).waitFor();
  } finally {
    await real.close();
  }
});
