import type { Browser, Page } from '@playwright/test';
import { expect, signIn } from './fixtures.ts';
import type { Time } from './time.ts';
import { DEVICES, type TestUser } from './users.ts';

/** Locates the rows of the session list. */
export const sessions = (page: Page) =>
  page.getByRole('list', { name: 'Sessions' }).locator('> li');
/** Locates the rows of the list of security events. */
export const events = (page: Page) =>
  page.getByRole('list', { name: 'Security events' }).getByRole('listitem');

/** Signs in with another browser and opens its dashboard, which refreshes each expired token. */
export async function anotherBrowser(
  browser: Browser,
  time: Time,
  baseURL: string | undefined,
  user: TestUser,
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: baseURL ?? '',
    userAgent: DEVICES.firefox,
    reducedMotion: 'reduce',
  });
  await time.include(context);
  const page = await context.newPage();
  await signIn(page, user.username, user.password);
  return page;
}

/** Signs in and opens the account page. */
export async function openAccount(page: Page, { username, password }: TestUser): Promise<void> {
  await signIn(page, username, password, '/account');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
}
