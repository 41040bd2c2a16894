import type { Page } from '@playwright/test';
import { expect, fillSignIn, signIn, test } from '../support/fixtures.ts';
import type { Time } from '../support/time.ts';
import { PASSWORD, signUpElsewhere, type TestUser } from '../support/users.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const NEW_PASSWORD = 'marble heron cinnamon ladder';
/** The server's default for the age of a recent authentication, in seconds. */
const REAUTHENTICATION_SECONDS = 600;

const dialog = (page: Page) => page.getByRole('dialog');
const typed = (page: Page) => dialog(page).getByLabel('Your password', { exact: true });
const current = (page: Page) => page.getByLabel('Current password', { exact: true });

async function openAccount(page: Page, baseURL: string | undefined): Promise<TestUser> {
  const user = await signUpElsewhere(baseURL ?? '');
  await signIn(page, user.username, user.password, '/account');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
  return user;
}

/** Delays the next password change until the authentication is no longer recent. */
async function changeTooLate(page: Page, time: Time): Promise<void> {
  await page.route(
    '**/trpc/account.changePassword',
    async (route) => {
      await time.passMeanwhile(REAUTHENTICATION_SECONDS + 1);
      await route.continue();
    },
    { times: 1 },
  );
  await current(page).fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(dialog(page)).toBeVisible();
}

test('a password change is sent again after the password was confirmed', async ({
  page,
  baseURL,
  traffic,
  time,
}) => {
  traffic.expectConsole(/status of 403/);
  await openAccount(page, baseURL);
  await changeTooLate(page, time);
  await expect(dialog(page)).toHaveAccessibleName('Confirm your password');
  await expect(typed(page)).toBeFocused();
  await expect(typed(page)).toHaveAttribute('autocomplete', 'current-password');

  await dialog(page).getByRole('button', { name: 'Continue' }).click();
  await expect(typed(page)).toHaveAccessibleDescription(/Enter your password\./);
  await typed(page).fill('wrong');
  await typed(page).press('Enter');
  await expect(typed(page)).toHaveAccessibleDescription(/This is not your password\./);
  await expect(typed(page)).toBeFocused();

  await typed(page).fill(PASSWORD);
  await typed(page).press('Enter');
  await expect(
    page.getByText('Your password is changed, and your other sessions have ended.'),
  ).toBeVisible();
  await expect(dialog(page)).toBeHidden();
  await expect(typed(page), 'nothing typed stays in the page').toHaveCount(0);
  expect(
    await page
      .locator('dialog input[name=password]')
      .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value).join('')),
  ).toBe('');
});

test('without the password, nothing is changed, and another attempt is possible', async ({
  page,
  baseURL,
  traffic,
  time,
}) => {
  traffic.expectConsole(/status of 403/);
  const { username } = await openAccount(page, baseURL);
  await changeTooLate(page, time);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByRole('alert')).toHaveText(
    'Your password is not changed: the current one was not confirmed.',
  );
  await expect(page.getByRole('alert')).toBeFocused();

  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(
    page.getByText('Your password is changed, and your other sessions have ended.'),
  ).toBeVisible();
  await page.context().clearCookies();
  await page.goto('/sign-in');
  await fillSignIn(page, username, NEW_PASSWORD);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});

test('an account is deleted only with its password', async ({
  page,
  context,
  baseURL,
  traffic,
}) => {
  traffic.expectConsole(/status of 40[13]/);
  const { username } = await openAccount(page, baseURL);
  const tab = await context.newPage();
  await tab.goto('/account');
  const button = page.getByRole('button', { name: 'Delete account' });
  await button.click();
  await expect(dialog(page)).toHaveAccessibleName('Delete your account?');
  await expect(dialog(page)).toContainText('This cannot be undone.');
  await expect(typed(page)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();

  await button.press('Enter');
  await typed(page).fill('wrong');
  await dialog(page).getByRole('button', { name: 'Delete my account' }).click();
  await expect(typed(page)).toHaveAccessibleDescription(/This is not your password\./);
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await button.click();
  await expect(typed(page), 'it is reset when it is opened again').not.toHaveAttribute(
    'aria-invalid',
  );
  await expect(typed(page)).toHaveValue('');
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');

  await button.click();
  await typed(page).fill(PASSWORD);
  await typed(page).press('Enter');
  await expect(page.getByText('Your account is deleted.')).toBeVisible();
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['X-Device']);

  await fillSignIn(page, username);
  await expect(page.getByRole('alert')).toHaveText('That username and password do not match.');
});

test('the account page explains why the last administrator cannot delete the account', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/status of 409/);
  await page.goto('/account');
  await fillSignIn(page, 'admin');
  await page.getByRole('button', { name: 'Delete account' }).click();
  await typed(page).fill('password');
  await typed(page).press('Enter');
  await expect(page.getByRole('alert')).toHaveText(
    /^Your account was not deleted\. admin is the last administrator: ./,
  );
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
});
