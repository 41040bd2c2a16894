import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

let app: TestServer;
let admin: Browser;
let bob: Browser;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  [admin, bob] = [app.browser(), app.browser()];
  await admin.post('/login', { username: 'admin', password: 'password' });
  await bob.post('/login', { username: 'bob', password: 'password' });
});
afterEach(() => app.close());

const idOf = async (username: string) => (await app.users.findAccount(username))?.id ?? '';
const get = (query = '', browser = admin, init?: RequestInit) =>
  browser.request(`/admin/audit.csv${query}`, init);

describe('access to GET /admin/audit.csv', () => {
  it('answers an audit export with 401 without a session and 403 to a plain user, and records neither', async () => {
    for (const accept of ['text/csv', 'text/html,*/*', 'application/json']) {
      const anonymous = await get('', app.browser(), { headers: { accept } });
      expect([anonymous.status, JSON.parse(anonymous.body).reason]).toEqual([
        401,
        'no_credentials',
      ]);
      const user = await get('?text=bob', bob, { headers: { accept } });
      expect([
        user.status,
        JSON.parse(user.body).reason,
        user.headers.get('content-disposition'),
      ]).toEqual([403, 'role_required', null]);
    }
    expect(await app.auditLog.list({ kind: 'audit.exported', limit: 5 })).toEqual([]);
  });

  it('refuses an audit export to a user who has just lost the role Admin', async () => {
    const [adminId, bobId] = [await idOf('admin'), await idOf('bob')];
    await app.accounts.setRole(bobId, 'Admin', { userId: null, userAgent: null, ipAddress: null });
    await app.accounts.setRole(adminId, 'User', { userId: null, userAgent: null, ipAddress: null });
    expect((await get()).status).toBe(401);
  });

  it('a request for an audit export refreshes an expired access token', async () => {
    app.clock.advance(60);
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(answer.setCookies.map((cookie) => cookie.split('=')[0])).toContain('X-Refresh-Token');
  });

  it('/admin/audit.csv is the audit export, and /admin/audit the page of the web app', async () => {
    const accept = { headers: { accept: 'text/html' } };
    expect((await admin.request('/admin/audit', accept)).headers.get('content-type')).toBe(
      'text/html; charset=utf-8',
    );
    expect((await get('', admin, accept)).headers.get('content-type')).toBe(
      'text/csv; charset=utf-8',
    );
    expect((await admin.post('/admin/audit.csv')).status).toBe(404);
  });

  it('refuses an audit export over tRPC, and records nothing', async () => {
    expect((await caller(admin).query('admin.exportAudit')).status).toBe(415);
    expect(await app.auditLog.list({ kind: 'audit.exported', limit: 5 })).toEqual([]);
  });
});
