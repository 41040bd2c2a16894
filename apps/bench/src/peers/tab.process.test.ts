import { systemClock } from '@latchkey/core';
import { createBrowser } from '@latchkey/core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Servers, startServers } from '../servers.ts';
import { pastExpiry, SHORT_TOKEN_SECONDS } from './herd.ts';
import { cookieTab, danceTabs } from './tab.ts';
import { pass, startPeerHere, stopClock } from './testing/peer-here.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.stop());

beforeEach(() => void stopClock());
afterEach(() => void vi.useRealTimers());

it.each([
  ['latchkey-hs256', cookieTab('latchkey-hs256'), ['/trpc/hello']],
  ['dance', danceTabs({ tabs: 1, lock: true }), ['/trpc/hello', '/refresh', '/trpc/hello']],
] as const)('a query with an expired access token: %s', async (kind, open, expected) => {
  const peer = await startPeerHere(servers, kind, SHORT_TOKEN_SECONDS);
  try {
    const sent: string[] = [];
    const noting: typeof fetch = (input, init) => {
      sent.push(new URL(input instanceof Request ? input.url : input).pathname);
      return fetch(input, init);
    };
    const browser = createBrowser({
      origin: `http://127.0.0.1:${peer.port}`,
      clock: systemClock,
      fetch: noting,
    });
    const [tab] = await open(browser, peer.port);
    await pastExpiry(pass);
    sent.length = 0;
    expect(await tab?.query()).toBe(200);
    expect(sent).toEqual(expected);
  } finally {
    await peer.stop();
  }
});
