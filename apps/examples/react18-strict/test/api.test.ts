import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeExpired } from '../src/server/auth/tokens';
import { openBrowser } from './browser';
import { openFlat } from './flat';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const password = 'hoover';

let flat: Awaited<ReturnType<typeof openFlat>>;
beforeEach(async () => {
  flat = await openFlat();
});
afterEach(() => {
  vi.useRealTimers();
  flat.close();
});

const chores = (page: { session: { fetch: typeof fetch } }) =>
  page.session.fetch(`${flat.origin}/api/trpc/chores`).then(({ status }) => status);

const movedIn = async (name: string) => {
  const browser = openBrowser(flat.origin);
  const page = browser.load();
  await page.session.login('register', name, password);
  return { browser, page };
};

const travel = (ms: number) => {
  const now = Date.now() + ms;
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(now);
};

describe('accounts', () => {
  it('registers, and signs in on another device', async () => {
    await movedIn('Kim');
    const phone = openBrowser(flat.origin).load();
    await phone.session.login('login', 'Kim', password);
    expect(phone.session.member).toMatchObject({ name: 'Kim', isAdmin: true });
    expect(await chores(phone)).toBe(200);
  });

  it('refuses a wrong password and a name that is taken', async () => {
    await movedIn('Kim');
    const { session } = openBrowser(flat.origin).load();
    await expect(session.login('login', 'Kim', 'mopping')).rejects.toThrow(
      'Wrong name or password',
    );
    await expect(session.login('login', 'Lee', password)).rejects.toThrow('Wrong name or password');
    await expect(session.login('register', 'Kim', password)).rejects.toThrow('This name is taken');
  });

  it('admits only members to chores, and only the admin to members', async () => {
    await movedIn('Kim');
    const { page } = await movedIn('Lee');
    expect(await chores(openBrowser(flat.origin).load())).toBe(401);
    const members = await page.session.fetch(`${flat.origin}/api/trpc/members`);
    expect(members.status).toBe(403);
  });
});

describe('sessions', () => {
  it('a reload finds the session again', async () => {
    const { browser } = await movedIn('Kim');
    const page = browser.load();
    expect(await page.session.refresh()).toBe(true);
    expect(page.session.member?.name).toBe('Kim');
  });

  it('calls that find the token expired share one refresh', async () => {
    const { browser, page } = await movedIn('Kim');
    travel(6 * MINUTE);
    browser.requests.length = 0;
    expect(await Promise.all([chores(page), chores(page), chores(page)])).toEqual([200, 200, 200]);
    expect(browser.requests.filter((path) => path.endsWith('/refresh'))).toHaveLength(1);
  });

  it('two tabs may refresh at the same time', async () => {
    const { browser } = await movedIn('Kim');
    const [one, two] = [browser.load(), browser.load()];
    expect(await Promise.all([one.session.refresh(), two.session.refresh()])).toEqual([true, true]);
  });

  it('a copied refresh token ends the session of both', async () => {
    const { browser, page } = await movedIn('Kim');
    const thief = openBrowser(flat.origin);
    for (const pair of browser.cookies) thief.cookies.set(...pair);
    travel(6 * MINUTE);
    expect(await page.session.refresh()).toBe(true);
    travel(MINUTE);
    expect(await thief.load().session.refresh()).toBe(false);
    expect(await page.session.refresh()).toBe(false);
  });

  it('ends after sixty days, and is removed', async () => {
    const { page } = await movedIn('Kim');
    travel(61 * DAY);
    expect(await page.session.refresh()).toBe(false);
    await removeExpired(flat.db);
    expect(flat.db.data.refreshTokens).toEqual([]);
  });

  it('ends with a sign-out here, or everywhere', async () => {
    const { page } = await movedIn('Kim');
    const phone = openBrowser(flat.origin).load();
    await phone.session.login('login', 'Kim', password);
    await page.session.logout();
    expect(await page.session.refresh()).toBe(false);
    expect(await phone.session.refresh()).toBe(true);
    const tablet = openBrowser(flat.origin).load();
    await tablet.session.login('login', 'Kim', password);
    await tablet.session.logout(true);
    expect(await phone.session.refresh()).toBe(false);
  });
});
