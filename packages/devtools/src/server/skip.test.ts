import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InspectorEvent } from '../inspector-event.ts';
import { type InspectorApp, startInspectorApp } from '../testing/inspector-app.ts';

let app: InspectorApp;
beforeEach(async () => {
  app = await startInspectorApp();
});
afterEach(() => app.close());

const kindsOf = (events: readonly InspectorEvent[]) =>
  events.map((event) => (event.kind === 'refreshed' ? event.decision : event.kind));
const kinds = (stream: { events(): readonly InspectorEvent[] }) => kindsOf(stream.events());

async function race(browser: Browser): Promise<void> {
  await browser.post('/__inspector/expire');
  const flights = Array.from({ length: 10 }, () => browser.send('/mine'));
  await Promise.all(flights.map((flight) => flight.deliver()));
}

describe('skipping the settle time', () => {
  it('F4: a race after a skip rotates once and converges nine times, on a token that has just rotated', async () => {
    const bob = await app.signedIn();
    app.clock.advance(60);
    await bob.request('/mine');
    app.clock.advance(1);
    expect((await bob.post('/__inspector/settle')).status).toBe(200);
    const stream = await app.watch(bob);
    await race(bob);
    await expect
      .poll(() => kinds(stream).toSorted())
      .toEqual([...Array(9).fill('converge'), 'dropped', 'rotate']);
    expect(stream.hello().events.at(-1)).toMatchObject({ kind: 'skipped', seconds: 59 });
    expect((await bob.request('/mine')).status).toBe(200);
    stream.close();
  });

  it('the skip waits until requests sent before the last rotation have arrived', async () => {
    const bob = await app.signedIn();
    app.clock.advance(60);
    await bob.request('/mine');
    let isAnswered = false;
    const answer = bob.post('/__inspector/settle').then(() => {
      isAnswered = true;
    });
    await app.clock.pass(0.9);
    // Another request and its answer: time in which a skip without a wait is answered.
    for (let time = 0; time < 3; time++) await app.browser().request('/mine');
    expect(isAnswered).toBe(false);
    await app.clock.pass(0.1);
    await answer;
  });

  it('a skip concerns one session only', async () => {
    const [bob, sibling] = [await app.signedIn(), await app.signedIn()];
    app.clock.advance(60);
    await bob.request('/mine');
    await sibling.request('/mine');
    app.clock.advance(1);
    await bob.post('/__inspector/settle');
    const stream = await app.watch(sibling);
    await race(sibling);
    await expect.poll(() => kinds(stream)).toEqual(['dropped', ...Array(10).fill('reissue')]);
    stream.close();
  });

  it('a skip does nothing for a token that may rotate already', async () => {
    const bob = await app.signedIn();
    await bob.post('/__inspector/settle');
    const stream = await app.watch(bob);
    expect(kindsOf(stream.hello().events)).toEqual(['issued']);
    stream.close();
  });
});

describe("skipping the thief's wait", () => {
  it('a theft with both waits skipped is caught within a few seconds', async () => {
    const bob = await app.signedIn();
    app.clock.advance(60);
    await bob.request('/mine');
    const stream = await app.watch(bob);
    await bob.post('/__inspector/theft');
    await expect.poll(() => kinds(stream).at(-1)).toBe('waiting');
    expect((await bob.post('/__inspector/skip')).status).toBe(200);
    app.clock.advance(1);
    await expect.poll(() => kinds(stream).at(-1)).toBe('waiting');
    await bob.post('/__inspector/skip');
    app.clock.advance(1);
    await expect.poll(() => kinds(stream).at(-1)).toBe('due');
    app.clock.advance(2);
    expect(await stream.ended).toMatchObject({ cause: 'reuse' });
    expect(kinds(stream)).toEqual([
      'copied',
      'waiting',
      'skipped',
      'rotate',
      'waiting',
      'skipped',
      'due',
      'reuse',
      'refused',
    ]);
    expect(stream.events().find(({ kind }) => kind === 'reuse')).toMatchObject({ by: 'thief' });
  });

  it('refuses to skip without a waiting thief, and to settle during a theft', async () => {
    const bob = await app.signedIn();
    expect((await bob.post('/__inspector/skip')).status).toBe(409);
    await bob.post('/__inspector/theft');
    expect((await bob.post('/__inspector/settle')).status).toBe(409);
  });
});

it('without an ageable store nothing can be skipped', async () => {
  await app.close();
  app = await startInspectorApp({ canSkip: false });
  const bob = await app.signedIn();
  expect((await bob.post('/__inspector/skip')).status).toBe(404);
  expect((await bob.post('/__inspector/settle')).status).toBe(404);
  const stream = await app.watch(bob);
  expect(stream.hello().canSkip).toBe(false);
  stream.close();
});

it('the event stream has the answer of each request with an event, and its cookies by name', async () => {
  const bob = await app.signedIn();
  const stream = await app.watch(bob);
  expect(stream.hello().answers).toMatchObject([
    { method: 'POST', path: '/login', status: 200, setCookies: { length: 3 } },
  ]);
  await bob.post('/__inspector/expire');
  await bob.request('/mine?secret=1');
  await expect.poll(() => stream.answers().length).toBe(2);
  expect(stream.answers()).toMatchObject([
    {
      path: '/__inspector/expire',
      setCookies: [{ name: 'X-Access-Token', isCleared: true }],
    },
    {
      method: 'GET',
      path: '/mine',
      status: 200,
      setCookies: [
        { name: 'X-Access-Token', isCleared: false },
        { name: 'X-Refresh-Token' },
        { name: 'X-Username' },
      ],
    },
  ]);
  expect(stream.events().map(({ request }) => request)).toEqual(
    stream.answers().map(({ request }) => request),
  );
  stream.close();
});

it('an answer has no path segment that may be a secret', async () => {
  const bob = await app.signedIn();
  const stream = await app.watch(bob);
  for (const path of ['/reset/4f9d8a7b6c5d4e3f', '/a/b%20c/x=y', '/trpc/auth.session,dashboard']) {
    await bob.post('/__inspector/expire');
    await bob.request(path);
  }
  await expect.poll(() => stream.answers().length).toBe(6);
  expect(stream.answers().flatMap(({ method, path }) => (method === 'GET' ? [path] : []))).toEqual([
    '/reset/…',
    '/a/b%20c/…',
    '/trpc/auth.session,dashboard',
  ]);
  stream.close();
});
