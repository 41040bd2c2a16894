import type { Page } from '@playwright/test';
import { expect, signIn } from './fixtures.ts';
import { PASSWORD, signUpElsewhere, type TestUser } from './users.ts';

const TOLD = 'You called us: your phone was stolen.';

/** Opens the actions on a new user. */
async function manageNewUser(page: Page): Promise<TestUser> {
  await signIn(page, 'admin');
  const user = await signUpElsewhere(new URL(page.url()).origin);
  await page.goto(`/admin/users?search=${user.username}`);
  await page.getByRole('button', { name: `Manage ${user.username}` }).click();
  return user;
}

async function act(page: Page, label: string): Promise<void> {
  await page.getByRole('radio', { name: label }).check();
  await page.getByLabel('Reason shown to the user').fill(TOLD);
  await page.getByRole('button', { name: label }).click();
}

async function rescue(page: Page): Promise<TestUser> {
  const { username } = await manageNewUser(page);
  await act(page, 'Rescue this account');
  const password = page.getByLabel('One-time password');
  await expect(password).toHaveText(/-/);
  return { username, password: (await password.textContent()) ?? '' };
}

/** The pages around a rescue, with the steps to open each. */
export const RESCUE_PAGES = {
  'admin-one-time-password': {
    async open(page: Page) {
      await rescue(page);
    },
  },
  'choose-password': {
    async open(page: Page) {
      const { username, password } = await rescue(page);
      await page.request.post('/login', { data: { username, password } });
      await page.goto('/');
      await expect(page.getByText(TOLD)).toBeVisible();
    },
  },
  'administrator-notice': {
    async open(page: Page) {
      const { username } = await manageNewUser(page);
      await act(page, 'Sign out everywhere');
      await expect(page.getByText(`${username} is signed out everywhere.`)).toBeVisible();
      await signIn(page, username, PASSWORD);
      await expect(page.getByText(TOLD)).toBeVisible();
    },
  },
};
