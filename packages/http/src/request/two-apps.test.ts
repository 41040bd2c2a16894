import { createBrowser } from '@latchkey/core/testing';
import { expect, it } from 'vitest';
import { ADA, demoLayer } from '../testing/demo-layer.ts';
import { fetchHandler } from '../testing/fetch-exchange.ts';

/** Starts two apps on one host, each with its own store and secret; the shop is at `/shop`. */
function startTwoApps(prefixes: { readonly shop: string; readonly admin: string }) {
  const { clock } = demoLayer();
  const app = (prefix: string) => {
    const { layer } = demoLayer({ clock });
    return fetchHandler({ layer, cookies: { prefix } }, async (request, caller) => {
      if (request.method === 'POST') await caller.actions.signIn(ADA);
      return Response.json({ username: caller.principal?.username ?? null });
    });
  };
  const apps = { shop: app(prefixes.shop), admin: app(prefixes.admin) };
  const browser = createBrowser({
    origin: 'https://example.com',
    clock,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      return apps[new URL(request.url).pathname === '/shop' ? 'shop' : 'admin'](request);
    },
  });
  const callers = async () => [
    JSON.parse((await browser.request('/shop')).body).username,
    JSON.parse((await browser.request('/admin')).body).username,
  ];
  return { browser, clock, callers };
}

it.each([
  ['keeps both sessions', { shop: 'shop-', admin: '' }, ['ada', 'ada']],
  ['loses the first session if both use one prefix', { shop: '', admin: '' }, [null, 'ada']],
])(
  'a browser that is signed in to two apps on one host %s (G2)',
  async (_what, prefixes, expected) => {
    const { browser, clock, callers } = startTwoApps(prefixes);
    await browser.post('/shop', {});
    await browser.post('/admin', {});
    expect(await callers()).toEqual(expected);
    clock.advance(600);
    expect(await callers()).toEqual(expected);
  },
);
