import type { Page } from '@playwright/test';
import { anotherBrowser, events, openAccount, sessions } from '../support/account-page.ts';
import { ACCESS_TOKEN_SECONDS, expect, test } from '../support/fixtures.ts';
import { PASSWORD, signUpElsewhere } from '../support/users.ts';

// Several windows are open at once; an animated ring in each would slow all of them down.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const NEW_PASSWORD = 'marble heron cinnamon ladder';

async function changePassword(page: Page, current: string, chosen: string): Promise<void> {
  await page.getByLabel('Current password', { exact: true }).fill(current);
  await page.getByLabel('New password', { exact: true }).fill(chosen);
  await page.getByLabel('New password', { exact: true }).press('Enter');
}

/** Records whether the browser ever showed another page; a reload would delete the record. */
async function keepWatch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = Object.assign(window, { sawAnotherPage: false });
    new MutationObserver(() => {
      if (document.title !== 'Your account · Latchkey' || !document.querySelector('h2'))
        watched.sawAnotherPage = true;
    }).observe(document, { childList: true, subtree: true });
  });
}

const sawAnotherPage = (page: Page) => page.evaluate(() => Reflect.get(window, 'sawAnotherPage'));

test('a new password signs another browser out, and keeps both tabs of this browser signed in', async ({
  page,
  context,
  browser,
  time,
  baseURL,
}) => {
  const user = await signUpElsewhere(baseURL ?? '');
  const other = await anotherBrowser(browser, time, baseURL, user);
  await openAccount(page, user);
  const tab = await context.newPage();
  await tab.goto('/account');
  for (const open of [page, tab]) await expect(sessions(open)).toHaveCount(3);
  await tab.getByLabel('Current password', { exact: true }).fill('half typed');
  await Promise.all([keepWatch(page), keepWatch(tab)]);

  await changePassword(page, user.password, NEW_PASSWORD);
  await expect(
    page.getByText('Your password is changed, and your other sessions have ended.'),
  ).toBeVisible();
  await expect(page.getByLabel('Current password', { exact: true })).toHaveValue('');
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  await expect(other.getByText('Your last session was ended. Sign in to continue.')).toBeVisible();
  await other.context().close();
  for (const open of [page, tab]) {
    await expect(sessions(open)).toHaveCount(1);
    await expect(sessions(open)).toContainText('This browser');
    await expect(events(open).filter({ hasText: 'Password changed' })).toHaveCount(1);
    await expect(
      events(open).filter({ hasText: 'Session ended: the password was changed' }),
    ).toHaveCount(2);
    expect(await sawAnotherPage(open)).toBe(false);
  }
  await expect(tab.getByLabel('Current password', { exact: true })).toHaveValue('half typed');

  await tab.getByRole('link', { name: 'Dashboard' }).click();
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});

test('a refused password is reported at its field, changes nothing, and is recorded as an event', async ({
  page,
  baseURL,
  traffic,
  time,
}) => {
  traffic.expectConsole(/status of 40[03]/);
  const user = await signUpElsewhere(baseURL ?? '');
  await openAccount(page, user);
  const [current, chosen] = [
    page.getByLabel('Current password', { exact: true }),
    page.getByLabel('New password', { exact: true }),
  ];
  await expect(current).toHaveAttribute('autocomplete', 'current-password');
  await expect(chosen).toHaveAttribute('autocomplete', 'new-password');
  await expect(
    page
      .getByRole('form', { name: 'Change your password' })
      .locator('input[autocomplete=username]'),
  ).toHaveValue(user.username);
  await page.getByRole('button', { name: 'Show new password' }).click();
  await expect(chosen).toHaveAttribute('type', 'text');

  await changePassword(page, 'wrong', NEW_PASSWORD);
  await expect(current).toHaveAccessibleDescription(/This is not your password\./);
  await expect(current).toBeFocused();
  await changePassword(page, PASSWORD, 'passwordpassword');
  await expect(chosen).toHaveAccessibleDescription(/This is easy to guess\./);
  await expect(chosen).toBeFocused();
  await expect(current).not.toHaveAttribute('aria-invalid');

  // Refusals are written to the audit log a moment later, so the clock advances first.
  await time.pass(1);
  await page.reload();
  await expect(
    events(page).filter({ hasText: 'Password not confirmed: wrong password' }),
  ).toHaveCount(1);
  await expect(events(page).last()).toContainText('Account created');
  await expect(events(page).last()).toContainText('Firefox 128 on Windows 10');
});
