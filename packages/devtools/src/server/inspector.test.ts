import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InspectorEvent, InspectorHello } from '../inspector-event.ts';
import { type InspectorApp, startInspectorApp } from '../testing/inspector-app.ts';

const PATHS: [string, string][] = [
  ['GET', '/__inspector/events'],
  ['GET', '/__inspector/trials/1'],
  ['POST', '/__inspector/expire'],
  ['POST', '/__inspector/theft'],
  ['POST', '/__inspector/skip'],
  ['POST', '/__inspector/settle'],
];

const ACCESS = 'X-Access-Token';
let app: InspectorApp;

const kindsOf = (events: readonly InspectorEvent[]) =>
  events.map((event) => (event.kind === 'refreshed' ? event.decision : event.kind));

beforeEach(async () => {
  app = await startInspectorApp();
});
afterEach(() => app.close());

describe("the inspector's paths", () => {
  it('answers 404 to an unknown inspector path, and clears no cookie', async () => {
    const browser = await app.signedIn();
    for (const [method, path] of [
      ['GET', '/__inspector/expire'],
      ['GET', '/__inspector'],
      ['POST', '/__inspector/events'],
    ] as const)
      expect(
        (await browser.request(path, { method, headers: { accept: 'text/html' } })).status,
      ).toBe(404);
    expect(browser.cookies().has(ACCESS)).toBe(true);
  });
});

describe("the inspector's callers", () => {
  it.each(PATHS)('the inspector answers 401 to %s %s without a session', async (method, path) => {
    const reply = await app.browser().request(path, { method });
    expect([reply.status, JSON.parse(reply.body).reason]).toEqual([401, 'no_credentials']);
  });

  it.each(PATHS)('the inspector refuses a cross-site %s %s', async (method, path) => {
    const browser = await app.signedIn();
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]) {
      const reply = await browser.request(path, { method, headers });
      expect([reply.status, JSON.parse(reply.body).reason]).toEqual([403, 'cross_site']);
    }
    expect(browser.cookies().has(ACCESS)).toBe(true);
  });

  it('the inspector refuses form content types', async () => {
    const browser = await app.signedIn();
    const form = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=1',
    };
    expect((await browser.request('/__inspector/expire', form)).status).toBe(415);
  });

  it('the inspector refuses a theft without a refresh cookie, and a second theft at once', async () => {
    const browser = await app.signedIn();
    const bearer = {
      method: 'POST',
      headers: { authorization: `Bearer ${browser.cookies().get(ACCESS)}` },
    };
    expect((await app.browser().request('/__inspector/theft', bearer)).status).toBe(400);
    expect((await browser.post('/__inspector/theft')).status).toBe(202);
    expect((await browser.post('/__inspector/theft')).status).toBe(409);
  });
});

describe("the inspector's stream", () => {
  it('the event stream sends past events, then new ones, of its own session only', async () => {
    const bob = await app.signedIn();
    app.clock.advance(60);
    await bob.request('/mine');
    const stream = await app.watch(bob);
    expect(stream.hello()).toMatchObject({
      graceSeconds: 15,
      settleSeconds: 60,
    } satisfies Partial<InspectorHello>);
    expect(kindsOf(stream.hello().events)).toEqual(['issued', 'rotate']);

    const other = await app.signedIn('alice');
    const sibling = await app.signedIn();
    app.clock.advance(60);
    for (const browser of [other, sibling, bob]) await browser.request('/mine');
    await expect.poll(() => kindsOf(stream.events())).toEqual(['rotate']);
    expect(stream.events()).toMatchObject([
      { by: 'browser', generation: 2, accessTokenSeconds: 60 },
    ]);
    stream.close();
    await expect.poll(() => app.streams.size).toBe(0);
  });

  it('the event stream starts with the last fifty events', async () => {
    const bob = await app.signedIn();
    for (let time = 0; time < 60; time++) await bob.post('/refresh');
    const stream = await app.watch(bob);
    expect(stream.hello().events.length).toBe(50);
    expect(kindsOf(stream.hello().events)).not.toContain('issued');
    stream.close();
  });

  it('opening the event stream refreshes the session, and it outlives the access token', async () => {
    const bob = await app.signedIn();
    app.clock.advance(60);
    const stream = await app.watch(bob);
    expect(kindsOf(stream.hello().events)).toEqual(['issued', 'rotate']);
    await app.clock.pass(300);
    await bob.request('/mine');
    await expect.poll(() => kindsOf(stream.events())).toEqual(['rotate']);
    stream.close();
  });

  it('the event stream sends a comment every 15 s, so that proxies keep it open', async () => {
    const bob = await app.signedIn();
    const stream = await app.watch(bob);
    const comments = () => stream.text().split(': still here\n\n').length - 1;
    await app.clock.pass(14);
    expect(comments()).toBe(0);
    await app.clock.pass(1);
    await expect.poll(comments).toBe(1);
    await app.clock.pass(15);
    await expect.poll(comments).toBe(2);
    stream.close();
  });

  it('the event stream ends with the session, and sends the cause', async () => {
    const bob = await app.signedIn();
    const stream = await app.watch(bob);
    await bob.post('/logout');
    expect(await stream.ended).toEqual({ cause: 'signed_out', explanation: '' });
    expect(kindsOf(stream.events())).toEqual(['revoked']);
  });
});

describe('dropping the access token', () => {
  it('expires the access cookie on request, and the next request sets another one', async () => {
    const bob = await app.signedIn();
    const reply = await bob.post('/__inspector/expire');
    expect([reply.status, JSON.parse(reply.body), reply.setCookies.length]).toEqual([
      200,
      { dropped: true, events: [] },
      1,
    ]);
    expect([...bob.cookies().keys()].toSorted()).toEqual(['X-Refresh-Token', 'X-Username']);
    expect((await bob.request('/mine')).status).toBe(200);
    expect(bob.cookies().has(ACCESS)).toBe(true);
  });

  it('the inspector keeps the access cookie that the same response renewed', async () => {
    const bob = await app.signedIn();
    app.clock.advance(60);
    expect(JSON.parse((await bob.post('/__inspector/expire')).body)).toMatchObject({
      dropped: false,
    });
    expect(bob.cookies().has(ACCESS)).toBe(true);
    expect(JSON.parse((await bob.post('/__inspector/expire')).body)).toMatchObject({
      dropped: true,
    });
  });

  it('of ten requests without an access token, one rotates and nine converge', async () => {
    const bob = await app.signedIn();
    const stream = await app.watch(bob);
    await bob.post('/__inspector/expire');
    const flights = Array.from({ length: 10 }, () => bob.send('/mine'));
    const replies = await Promise.all(flights.map((flight) => flight.deliver()));
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(200));
    await expect
      .poll(() => kindsOf(stream.events()).toSorted())
      .toEqual([...Array(9).fill('converge'), 'dropped', 'rotate']);
    stream.close();
  });
});
