import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InspectorApp, startInspectorApp } from '../testing/inspector-app.ts';

const REUSE = { cause: 'reuse', explanation: '' };

let app: InspectorApp;
let bob: Browser;
let stream: Awaited<ReturnType<InspectorApp['watch']>>;
beforeEach(async () => {
  app = await startInspectorApp();
  bob = await app.signedIn();
  stream = await app.watch(bob);
});
afterEach(() => app.close());

/** Returns the kinds of the events so far. */
const story = () =>
  stream.events().map((event) => {
    if (event.kind === 'refreshed') return `${event.by} ${event.decision} ${event.generation}`;
    if (event.kind === 'refused') return `${event.by} ${event.reason}`;
    return event.kind === 'waiting' ? `${event.why} ${event.seconds}` : event.kind;
  });
const until = (last: string) => expect.poll(() => story().at(-1)).toBe(last);
const reasonNow = async () =>
  (JSON.parse((await bob.request('/mine')).body) as { reason: string }).reason;

describe('a theft', () => {
  it('detects a theft when the browser presents the token that the thief rotated', async () => {
    await bob.post('/__inspector/theft');
    await until('grace 15');
    app.clock.advance(15);
    await until('due');
    expect((await bob.request('/mine')).status).toBe(200);
    await bob.post('/__inspector/expire');
    expect(await reasonNow()).toBe('refresh_token_reused');
    expect(await stream.ended).toEqual(REUSE);
    expect(story()).toEqual([
      'copied',
      'thief rotate 1',
      'grace 15',
      'due',
      'dropped',
      'reuse',
      'browser refresh_token_reused',
    ]);
  });

  it('detects a theft when the thief returns, if the browser converged in time', async () => {
    await bob.post('/__inspector/theft');
    await until('grace 15');
    await bob.post('/__inspector/expire');
    expect((await bob.request('/mine')).status).toBe(200);
    app.clock.advance(15);
    await until('due');
    app.clock.advance(2);
    expect(await stream.ended).toEqual(REUSE);
    expect(story()).toEqual([
      'copied',
      'thief rotate 1',
      'grace 15',
      'dropped',
      'shared',
      'browser converge 1',
      'due',
      'reuse',
      'thief refresh_token_reused',
    ]);
    expect((await bob.request('/mine')).status).toBe(401);
  });

  it('the thief waits until a rotation is due, and the browser may rotate first', async () => {
    app.clock.advance(60);
    await bob.request('/mine');
    app.clock.advance(20);
    await bob.post('/__inspector/theft');
    await until('settle 40');
    // Passes 39.5 s: the thief checks the clock once a second, now at 39.5 s, and at 40.5 s, after
    // the browser's refresh.
    await app.clock.pass(39.5);
    await app.clock.pass(0.5);
    await bob.request('/mine');
    await app.clock.pass(0.5);
    await until('grace 15');
    app.clock.advance(15);
    await until('due');
    app.clock.advance(2);
    expect(await stream.ended).toEqual(REUSE);
    expect(story().slice(0, 5)).toEqual([
      'browser rotate 1',
      'copied',
      'settle 40',
      'browser rotate 2',
      'shared',
    ]);
  });

  it('a theft ends without effect once the user has signed out', async () => {
    app.clock.advance(60);
    await bob.request('/mine');
    await bob.post('/__inspector/theft');
    await until('settle 60');
    await bob.post('/logout');
    expect(await stream.ended).toMatchObject({ cause: 'signed_out' });
    app.clock.advance(60);
    await expect.poll(() => app.events.filter(({ kind }) => kind === 'session.reuse')).toEqual([]);
  });
});
