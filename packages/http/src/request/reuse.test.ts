import { memorySessionStore } from '@latchkey/core';
import { sessionIdOf } from '@latchkey/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DASHBOARD, options, type RotationApp, startRotationApp } from '../testing/rotation-app.ts';

let app: RotationApp;
beforeEach(async () => {
  app = await startRotationApp();
});
afterEach(() => app.close());

describe('case 6: a store that lost writes', () => {
  it('recovers after lost writes from the refresh token that the browser holds', async () => {
    const browser = await app.signedIn();
    const backup = await app.store.find(sessionIdOf(browser));
    for (let round = 0; round < 3; round++) {
      app.clock.advance(600);
      await browser.request(DASHBOARD);
    }
    const restored = memorySessionStore();
    if (backup) await restored.create(backup);
    Object.assign(app.store, restored);

    app.clock.advance(600);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
    expect(app.events.at(-1)).toMatchObject({
      kind: 'session.recovered',
      presentedGeneration: 3,
      generation: 0,
    });
    expect(await app.store.find(sessionIdOf(browser))).toMatchObject({ generation: 3 });
    app.clock.advance(600);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
    expect(await app.store.find(sessionIdOf(browser))).toMatchObject({ generation: 4 });
  });

  it('recovers after lost writes from another secret of the same generation', async () => {
    const browser = await app.signedIn();
    const backup = await app.store.find(sessionIdOf(browser));
    if (backup) Object.assign(app.store, memorySessionStore());
    if (backup) await app.store.create({ ...backup, secretHash: 'lost' });
    app.clock.advance(600);
    expect(await app.present(browser.cookies())).toMatchObject({ status: 200, outcome: 'recover' });
  });
});

describe('case 7: reuse', () => {
  async function twoBehind() {
    const { browser, previous } = await app.rotatedOnce();
    app.clock.advance(600);
    await browser.request(DASHBOARD);
    return { browser, old: previous };
  }
  const reuseEvents = () => app.events.filter((event) => event.kind === 'session.reuse');

  it('ends the session for a refresh token two generations old, at its first presentation', async () => {
    const { browser, old } = await twoBehind();
    expect(await app.present(old)).toMatchObject({
      status: 401,
      outcome: 'refresh_token_reused',
      cookies: [],
    });
    expect(await app.present(browser.cookies())).toMatchObject({
      status: 401,
      outcome: 'session_revoked',
    });
    expect(await app.store.find(sessionIdOf(browser))).toMatchObject({ revokedReason: 'reuse' });
  });

  it('reports reuse once for 64 concurrent presentations', async () => {
    const { old } = await twoBehind();
    await Promise.all(Array.from({ length: 64 }, () => app.present(old)));
    expect(reuseEvents()).toHaveLength(1);
  });

  it('revokes, after reuse, every session of the user by default and raises the token version', async () => {
    const { old } = await twoBehind();
    const [otherDevice, bob] = [await app.signedIn('alice'), await app.signedIn('bob')];
    await app.present(old);
    expect(await app.present(otherDevice.cookies())).toMatchObject({
      status: 401,
      outcome: 'session_revoked',
    });
    expect(app.users.byName('alice')?.tokenVersion).toBe(1);
    expect(await app.present(bob.cookies())).toMatchObject({ status: 200 });
    expect((await (await app.signedIn('alice')).request(DASHBOARD)).status).toBe(200);
  });

  it("revokes only the reused session with onReuse 'session'", async () => {
    await app.close();
    app = await startRotationApp({ options: { ...options, onReuse: 'session' } });
    const { old, browser } = await twoBehind();
    const otherDevice = await app.signedIn('alice');
    await app.present(old);
    expect(await app.present(browser.cookies())).toMatchObject({
      status: 401,
      outcome: 'session_revoked',
    });
    expect(await app.present(otherDevice.cookies())).toMatchObject({ status: 200 });
    expect(reuseEvents()).toHaveLength(1);
  });

  it('accepts each refresh token once with graceSeconds 0', async () => {
    await app.close();
    app = await startRotationApp({ options: { ...options, graceSeconds: 0 } });
    const { browser, previous } = await app.rotatedOnce();
    expect(await app.present(browser.cookies())).toMatchObject({ status: 200, outcome: 'rotate' });
    expect(await app.present(previous)).toMatchObject({
      status: 401,
      outcome: 'refresh_token_reused',
    });
  });
});
