import type { Page } from '@playwright/test';
import { expect, fillSignIn, test } from '../support/fixtures.ts';
import { newUser, PASSWORD, signUpElsewhere } from '../support/users.ts';

const words = (page: Page) => page.getByTestId('strength');
const lists = (requests: readonly string[]) =>
  requests.filter((url) => url.includes('password-estimator'));

test('the strength meter rates a password in words, and loads its word lists with the first key', async ({
  page,
  traffic,
}) => {
  await page.goto('/sign-up');
  await page.getByLabel('Username').fill('carol-of-the-lake');
  await expect(words(page)).toHaveText('');
  expect(lists(traffic.requests)).toHaveLength(0);

  const password = page.getByLabel('Password', { exact: true });
  await password.fill('passwordpassword');
  await expect(words(page)).toHaveText(/^Easy to guess\. ./);
  await password.fill('carol-of-the-lake');
  await expect(words(page)).toHaveText('Easy to guess. Your own name is easy to guess.');
  await password.fill('xK9#vQ2!pL');
  await expect(words(page)).toHaveText('Too short. Use 15 characters or more.');
  await password.fill(PASSWORD);
  await expect(words(page)).toHaveText('Strong.');
  await password.fill('');
  await expect(words(page)).toHaveText('');
  expect(new Set(lists(traffic.requests)).size).toBe(1);
});

test('the sign-in page does not load the word lists of the strength meter', async ({
  page,
  traffic,
}) => {
  await page.goto('/sign-in');
  await fillSignIn(page, 'admin');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
  expect(lists(traffic.requests)).toHaveLength(0);
});

test('without the word lists there is no rating, and the server decides', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/Failed to load resource/);
  const { username, password } = newUser();
  await page.route('**/password-estimator*', (route) => route.abort('connectionfailed'));
  await page.goto('/sign-up');
  await fillSignIn(page, username, 'passwordpassword');
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(
    /This is easy to guess\./,
  );
  await expect(words(page)).toHaveText('');
  await fillSignIn(page, username, password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});

test('the strength meter rates a changed password, and is cleared afterwards', async ({
  page,
  server,
}) => {
  const user = await signUpElsewhere(server.origin);
  await page.goto('/account');
  await fillSignIn(page, user.username, user.password);
  await page.getByLabel('Current password', { exact: true }).fill(user.password);
  await page.getByLabel('New password', { exact: true }).fill('copper willow ninety anchors');
  await expect(words(page)).toHaveText('Strong.');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Your password is changed')).toBeVisible();
  await expect(words(page)).toHaveText('');
});
