import type { Browser, Page } from '@playwright/test';
import { ACCESS_TOKEN_SECONDS, expect, signIn, test } from '../support/fixtures.ts';
import type { Time } from '../support/time.ts';
import { PASSWORD, signUpElsewhere, type TestUser } from '../support/users.ts';

const NEW_PASSWORD = 'copper willow ninety anchors';
const notices = (page: Page) => page.getByRole('region', { name: 'Notices about your account' });

/** Lets a thief present a refresh token that its owner has replaced twice. */
async function reuse(browser: Browser, time: Time, baseURL: string, user: TestUser): Promise<void> {
  const context = await browser.newContext({ baseURL });
  await time.include(context);
  const owner = await context.newPage();
  await signIn(owner, user.username, PASSWORD);
  const cookie = (await context.cookies())
    .filter(({ name }) => /Refresh|Username/.test(name))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  for (let round = 0; round < 2; round++) {
    await time.pass(ACCESS_TOKEN_SECONDS * 2);
    await owner.goto('/');
  }
  await time.pass(ACCESS_TOKEN_SECONDS * 2);
  expect((await fetch(`${baseURL}/dashboard`, { headers: { cookie } })).status).toBe(401);
  await context.close();
}

test('after a reuse every page says so, until the password is changed (F17)', async ({
  browser,
  page,
  server,
  time,
}) => {
  const user = await signUpElsewhere(server.origin);
  await reuse(browser, time, server.origin, user);
  await signIn(page, user.username, PASSWORD);
  await expect(notices(page)).toContainText('A copy of your sign-in may have been used');
  await page.getByRole('link', { name: 'Latchkey' }).click();
  await expect(notices(page)).toBeVisible();

  await notices(page).getByRole('link', { name: 'See what happened' }).click();
  await expect(page.getByRole('heading', { name: 'Security events' })).toBeInViewport();
  await notices(page).getByRole('link', { name: 'Change password' }).click();
  await expect(page.getByRole('heading', { name: 'Password', exact: true })).toBeInViewport();
  await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel('New password', { exact: true }).press('Enter');
  await expect(page.getByText('Your password is changed')).toBeVisible();
  await expect(notices(page)).toHaveCount(0);
});

test('a notice that is dismissed on one device is gone on the others (F17)', async ({
  browser,
  page,
  server,
  time,
}) => {
  const user = await signUpElsewhere(server.origin);
  await reuse(browser, time, server.origin, user);
  await signIn(page, user.username, PASSWORD);
  const other = await browser.newPage({ baseURL: server.origin });
  await signIn(other, user.username, PASSWORD);
  await expect(notices(other)).toBeVisible();
  await notices(page).getByRole('button', { name: 'Dismiss' }).click();
  await expect(notices(page)).toHaveCount(0);
  await other.reload();
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
  await expect(notices(other)).toHaveCount(0);
  await other.close();
});
