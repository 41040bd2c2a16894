import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import type { SessionTimeline } from './session-timeline.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';
const NOWHERE = { browser: null, system: null, ipAddress: null };

let app: TestServer;
let admin: Browser;
let bob: Browser;
let sessionId: string;
beforeEach(async () => {
  app = await startApp();
  admin = await signedIn('admin', CHROME);
  bob = await signedIn('bob', FIREFOX);
  sessionId =
    (await app.layer.sessionsOf((await app.users.findAccount('bob'))?.id ?? '')).sessions[0]?.id ??
    '';
});
afterEach(() => app.close());

async function signedIn(username: string, userAgent: string): Promise<Browser> {
  const browser = app.browser(userAgent);
  await browser.post('/login', { username, password: 'password' });
  return browser;
}
const timelineFor = async (browser: Browser, path: string) =>
  (await caller(browser).query<SessionTimeline>(path, { sessionId })).data?.entries;

it('a timeline names the administrator who ended the session, without their browser', async () => {
  await caller(admin).mutate('admin.revokeSession', { sessionId });
  const entries = await timelineFor(admin, 'admin.sessionTimeline');
  expect(entries?.[0]).toMatchObject({ kind: 'started', browser: 'Firefox 128' });
  expect(entries?.at(-1)).toMatchObject({
    kind: 'ended',
    by: 'administrator',
    actorName: 'admin',
    ...NOWHERE,
  });
});

it('a timeline shows the browser of the owner who signed out', async () => {
  await bob.post('/logout', {});
  expect((await timelineFor(admin, 'admin.sessionTimeline'))?.at(-1)).toMatchObject({
    kind: 'ended',
    by: 'owner',
    browser: 'Firefox 128',
  });
});

it("a timeline does not attribute an act without a known actor to the session's own browser", async () => {
  await app.layer.revoke(sessionId, 'administrator', {
    userId: null,
    userAgent: CHROME,
    ipAddress: '203.0.113.9',
  });
  bob = await signedIn('bob', FIREFOX);
  const { data } = await caller(bob).query<{ events: { kind: string }[] }>(
    'account.securityEvents',
  );
  expect(data?.events.find(({ kind }) => kind === 'session.revoked')).toMatchObject(NOWHERE);
  expect((await timelineFor(bob, 'account.sessionTimeline'))?.at(-1)).toMatchObject({
    kind: 'ended',
    ...NOWHERE,
  });
});

it("a timeline shows a stranger's attempt on the account with the stranger's browser", async () => {
  await app.browser(CHROME).post('/login', { username: 'bob', password: 'a guess' });
  await app.trail.flush();
  const { data } = await caller(bob).query<{ events: { kind: string }[] }>(
    'account.securityEvents',
  );
  expect(data?.events.find(({ kind }) => kind === 'sign_in.refused')).toMatchObject({
    browser: 'Chrome 130',
  });
});
