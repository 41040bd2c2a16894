import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBrowser } from './browser';
import { openFlat } from './flat';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const kim = { username: 'Kim', password: 'hoover' };

let flat: Awaited<ReturnType<typeof openFlat>>;
beforeEach(async () => {
  flat = await openFlat();
});
afterEach(async () => {
  vi.useRealTimers();
  await flat.close();
});

const movedIn = async (username: string) => {
  const browser = openBrowser(flat.origin);
  const page = browser.load();
  await page.client.auth.register.mutate({ ...kim, username });
  return { browser, page };
};

const travel = (ms: number) => {
  const now = Date.now() + ms;
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(now);
};

const refused = { data: { code: 'UNAUTHORIZED' } };

describe('accounts', () => {
  it('registers, and signs in on another device', async () => {
    await movedIn('Kim');
    const { client } = openBrowser(flat.origin).load();
    await client.auth.login.mutate(kim);
    const { principal } = await client.auth.session.query();
    expect(principal).toMatchObject({ username: 'Kim', role: 'admin' });
    expect(await client.chores.query()).toEqual([]);
  });

  it('refuses a wrong password and a name that is taken', async () => {
    await movedIn('Kim');
    const { auth } = openBrowser(flat.origin).load().client;
    const wrong = 'Wrong name or password';
    await expect(auth.login.mutate({ ...kim, password: 'mopping' })).rejects.toThrow(wrong);
    await expect(auth.login.mutate({ ...kim, username: 'Lee' })).rejects.toThrow(wrong);
    await expect(auth.register.mutate(kim)).rejects.toThrow('This name is taken');
  });

  it('admits only members to chores, and only the admin to members', async () => {
    await movedIn('Kim');
    const { page } = await movedIn('Lee');
    const stranger = openBrowser(flat.origin).load();
    await expect(stranger.client.chores.query()).rejects.toMatchObject(refused);
    await expect(page.client.members.query()).rejects.toMatchObject({
      data: { code: 'FORBIDDEN' },
    });
  });
});

describe('sessions', () => {
  it('a reload finds the session again', async () => {
    const { browser } = await movedIn('Kim');
    const { principal } = await browser.load().client.auth.session.query();
    expect(principal?.username).toBe('Kim');
  });

  it('calls that find the token expired are refreshed within their own request', async () => {
    const { browser, page } = await movedIn('Kim');
    travel(6 * MINUTE);
    browser.requests.length = 0;
    await Promise.all([page.client.chores.query(), page.client.members.query()]);
    expect(browser.requests).toEqual(['/api/trpc/chores,members']);
  });

  it('two tabs may refresh at the same time', async () => {
    const { browser } = await movedIn('Kim');
    travel(6 * MINUTE);
    const tabs = [browser.load(), browser.load()];
    expect(await Promise.all(tabs.map(({ client }) => client.chores.query()))).toEqual([[], []]);
  });

  it('a copied refresh token ends the session of both', async () => {
    const { browser, page } = await movedIn('Kim');
    const thief = openBrowser(flat.origin);
    for (const pair of browser.cookies) thief.cookies.set(...pair);
    travel(6 * MINUTE);
    await page.client.chores.query();
    await page.client.chores.query(); // shows that the new token has arrived
    await flat.layer.flush();
    travel(MINUTE);
    await expect(thief.load().client.chores.query()).rejects.toMatchObject(refused);
    await expect(page.client.chores.query()).rejects.toMatchObject(refused);
  });

  it('ends after sixty days, and is removed', async () => {
    const { page } = await movedIn('Kim');
    travel(61 * DAY);
    await expect(page.client.chores.query()).rejects.toMatchObject(refused);
    expect((await flat.store.purge(Date.now(), 100, null)).removed).toBe(1);
  });

  it('ends with a sign-out here, or everywhere', async () => {
    const { page } = await movedIn('Kim');
    const [phone, tablet] = [openBrowser(flat.origin).load(), openBrowser(flat.origin).load()];
    await phone.client.auth.login.mutate(kim);
    await tablet.client.auth.login.mutate(kim);
    await page.client.auth.logout.mutate();
    await expect(page.client.chores.query()).rejects.toMatchObject(refused);
    expect(await phone.client.chores.query()).toEqual([]);
    await tablet.client.auth.logoutEverywhere.mutate();
    await expect(phone.client.chores.query()).rejects.toMatchObject(refused);
  });
});
