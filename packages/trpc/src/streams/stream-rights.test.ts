import { memoryRevocationFeed } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connected } from '../testing/raw-socket.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

/** An app in which a call that begins as User must never continue as Admin. */
let app: TestApp;
beforeEach(async () => {
  const clock = settableClock();
  app = await startTestApp({
    clock,
    feed: memoryRevocationFeed(clock),
    options: { accessTokenSeconds: 60 },
  });
});
afterEach(() => app.close());

async function promote(): Promise<void> {
  app.users.change('bob', { role: 'Admin' });
  const sessionId = app.decisions.at(-1)?.session.principal?.sessionId;
  await app.layer.revokeUserSessions(
    'id-of-bob',
    'administrator',
    undefined,
    sessionId === undefined ? {} : { except: sessionId },
  );
}

describe('a user who becomes Admin', () => {
  it('keeps a changed role out of a running batch over HTTP, and has it in the next request', async () => {
    const browser = await app.signedIn('bob');
    const batch = browser.request(
      `/trpc/slow,lateAdmin?batch=1&input=${encodeURIComponent('{"0":"slow"}')}`,
    );
    await Promise.all([app.gate.reached('slow'), app.gate.reached('lateAdmin')]);
    await promote();
    app.gate.release('slow');
    app.gate.release('lateAdmin');
    const { body } = await batch;
    expect(JSON.parse(body)).toMatchObject([
      { result: { data: 'done' } },
      { error: { data: { reason: 'role_required' } } },
    ]);
    expect((await browser.request('/trpc/adminOnly')).status).toBe(200);
  });

  it("closes an open WebSocket when the user's role changes; the next connection has the new role", async () => {
    const browser = await app.signedIn('bob');
    const { call, closed, answers } = await connected(app.origin, browser);
    void call('query', 'lateAdmin');
    await app.gate.reached('lateAdmin');
    await promote();
    void call('query', 'adminOnly');
    app.gate.release('lateAdmin');
    expect(await closed).toEqual([4403, 'role_required']);
    expect(answers).toEqual([]);
    expect(
      await Promise.race([
        app.gate.reached('ran as Admin').then(() => 'ran'),
        new Promise((resolve) => setTimeout(resolve, 50)),
      ]),
    ).toBeUndefined();

    const next = await connected(app.origin, browser);
    expect(await next.call('query', 'adminOnly')).toBe('Hello Admin!');
  });
});
