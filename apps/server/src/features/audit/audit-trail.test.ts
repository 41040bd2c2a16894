import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';

let app: TestServer;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
});
afterEach(() => app.close());

const kinds = async () => (await app.auditLog.list({ limit: 20 })).map(({ kind }) => kind);

describe('the audit trail', () => {
  it('the audit trail records a successor that was delivered to another browser', async () => {
    const browser = app.browser('Here');
    await browser.post('/login', { username: 'bob', password: 'password' });
    const { cookieHeader } = browser.send('/');
    app.clock.advance(60);
    await browser.request('/dashboard');
    await fetch(`${app.origin}/dashboard`, {
      headers: { cookie: cookieHeader, 'user-agent': 'Elsewhere' },
    });
    await app.trail.flush();
    const [newest] = await app.auditLog.list({ limit: 1 });
    expect(newest).toMatchObject({
      kind: 'session.shared',
      userAgent: 'Elsewhere',
      details: { presentedGeneration: 0, generation: 1 },
    });
  });

  it('the audit trail writes its queue before it closes', async () => {
    await app.browser().post('/login', { username: 'bob', password: 'wrong' });
    expect(await kinds()).toEqual([]);
    await app.trail.close();
    expect(await kinds()).toEqual(['sign_in.refused']);
  });

  it('the audit trail writes reuse, revocations and token version in one transaction', async () => {
    const browser = app.browser();
    await browser.post('/login', { username: 'bob', password: 'password' });
    const thief = browser.copy();
    for (let lifetime = 0; lifetime < 2; lifetime++) {
      app.clock.advance(60);
      await browser.request('/dashboard');
      await app.layer.flush();
    }
    app.clock.advance(60);
    const { db } = app.database;
    await sql`create trigger full_disk before update of token_version on app_users begin select raise(abort, 'no room'); end`.execute(
      db,
    );
    expect((await thief.request('/dashboard')).status).toBe(500);
    expect(await kinds()).toEqual(['session.issued']);
    await sql`drop trigger full_disk`.execute(db);
    expect((await browser.request('/dashboard')).status).toBe(200);
    expect((await thief.request('/dashboard')).status).toBe(401);
    expect(await kinds()).toEqual(['session.reuse', 'session.issued']);
    app.clock.advance(60);
    expect((await browser.request('/dashboard')).status).toBe(401);
  });
});
