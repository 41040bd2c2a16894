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

describe('a trial', () => {
  const headers = (trial: string) => ({ headers: { 'x-inspector-trial': trial } });
  const eventsOf = async (browser: Browser, trial: string) =>
    (
      JSON.parse((await browser.request(`/__inspector/trials/${trial}`)).body) as {
        events: InspectorEvent[];
      }
    ).events;

  it('a trial contains only the events of its own requests', async () => {
    const bob = await app.signedIn();
    await bob.post('/__inspector/expire');
    const flights = Array.from({ length: 10 }, () => bob.send('/mine', headers('7')));
    await Promise.all(flights.map((flight) => flight.deliver()));
    await bob.post('/refresh');
    const events = await eventsOf(bob, '7');
    expect(kindsOf(events).toSorted()).toEqual([...Array(9).fill('converge'), 'rotate']);
    expect(events.every(({ trial }) => trial === 7)).toBe(true);
    expect(await eventsOf(bob, '8')).toEqual([]);
  });

  it('F4: a request of a trial is answered half a second later, and others at once', async () => {
    const bob = await app.signedIn();
    await eventsOf(bob, '7');
    let isAnswered = false;
    const answer = bob.request('/__inspector/trials/7', headers('7')).then(() => {
      isAnswered = true;
    });
    const before = app.clock.timers;
    await expect.poll(() => app.clock.timers).toBe(before + 1);
    await app.clock.pass(0.4);
    expect(isAnswered).toBe(false);
    await app.clock.pass(0.1);
    await answer;
  });

  it('a trial of ten requests soon after a rotation has ten reissues', async () => {
    const bob = await app.signedIn();
    app.clock.advance(60);
    await bob.request('/mine');
    await bob.post('/__inspector/expire');
    const flights = Array.from({ length: 10 }, () => bob.send('/mine', headers('7')));
    await Promise.all(flights.map((flight) => flight.deliver()));
    expect(kindsOf(await eventsOf(bob, '7'))).toEqual(Array(10).fill('reissue'));
  });

  it.each([
    ['/__inspector/expire', 'dropped'],
    ['/__inspector/theft', 'copied'],
  ])(
    "%s answers with the trial's events, without a request that refreshes the session",
    async (path, kind) => {
      const bob = await app.signedIn();
      const reply = await bob.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-inspector-trial': '7' },
        body: '{}',
      });
      expect((JSON.parse(reply.body) as { events: InspectorEvent[] }).events).toMatchObject([
        { kind, trial: 7 },
      ]);
    },
  );

  it('a trial is visible to the browser of its session only', async () => {
    const [bob, other] = [await app.signedIn(), await app.signedIn()];
    await bob.request('/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-inspector-trial': '7' },
      body: '{}',
    });
    expect(await eventsOf(bob, '7')).toHaveLength(1);
    expect(await eventsOf(other, '7')).toEqual([]);
  });

  it.each(['', '-1', '1e3', '9'.repeat(16), 'seven'])(
    'ignores the malformed trial number "%s"',
    async (trial) => {
      const bob = await app.signedIn();
      app.clock.advance(60);
      expect((await bob.request('/mine', headers(trial))).status).toBe(200);
      const stream = await app.watch(bob);
      expect(stream.hello().events.filter((event) => event.trial !== undefined)).toEqual([]);
      stream.close();
    },
  );
});
