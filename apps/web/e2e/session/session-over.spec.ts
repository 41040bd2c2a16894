import type { Locator, Page } from '@playwright/test';
import { ACCESS_TOKEN_SECONDS, expect, signIn, signOut, test } from '../support/fixtures.ts';
import type { Time } from '../support/time.ts';
import { endSessionElsewhere, PASSWORD, signUpElsewhere, type TestUser } from '../support/users.ts';

const NEW_PASSWORD = 'copper willow ninety anchors';

const overlay = (page: Page): Locator => page.getByRole('dialog', { name: 'Sign in to continue' });
const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const focusWindow = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('focus')));

/** Signs a new user in on a page of the app. */
async function arrive(page: Page, origin: string, path: string): Promise<TestUser> {
  const user = await signUpElsewhere(origin);
  await signIn(page, user.username, user.password, path);
  await expect(page.getByRole('button', { name: `Account of ${user.username}` })).toBeVisible();
  return user;
}

/** Ends the session from another browser, and lets its access token expire. */
async function endSession(page: Page, time: Time): Promise<void> {
  await endSessionElsewhere(page.context(), new URL(page.url()).origin);
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
}

async function fillNewPassword(page: Page, current = PASSWORD): Promise<void> {
  await page.getByLabel('Current password', { exact: true }).fill(current);
  await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
}

async function signInAgain(page: Page, password = PASSWORD): Promise<void> {
  await overlay(page).getByLabel('Password', { exact: true }).fill(password);
  await overlay(page).getByRole('button', { name: 'Sign in' }).click();
}

/** Records the calls of each attempt to change the password, which begins with the current one. */
function attempts(page: Page): string[] {
  const procedures: string[] = [];
  page.on('request', (request) => {
    const [procedure] = /auth\.reauthenticate|account\.changePassword/.exec(request.url()) ?? [];
    if (procedure) procedures.push(procedure);
  });
  return procedures;
}

test('a refused change is sent once more after a sign-in over the page', async ({
  page,
  server,
  time,
  traffic,
}) => {
  traffic.expectConsole(/status of 401/);
  await arrive(page, server.origin, '/account?a=1#b');
  const changes = attempts(page);
  await fillNewPassword(page);
  await endSession(page, time);
  await page.getByRole('button', { name: 'Change password' }).click();

  await expect(overlay(page)).toContainText('Your last session was ended.');
  await expect(overlay(page).getByLabel('Password', { exact: true })).toBeFocused();
  await expect(page.getByLabel('New password', { exact: true })).toHaveValue(NEW_PASSWORD);
  expect(changes).toEqual(['auth.reauthenticate']);

  await signInAgain(page);
  await expect(overlay(page)).toHaveCount(0);
  await expect(page.getByText('Your password is changed')).toBeVisible();
  expect(changes).toEqual(['auth.reauthenticate', 'auth.reauthenticate', 'account.changePassword']);
  expect(page.url()).toBe(`${server.origin}/account?a=1#b`);
});

test('a refused change is dropped if another user signs in, with all data of the first user', async ({
  page,
  server,
  time,
  traffic,
}) => {
  traffic.expectConsole(/status of 401/);
  const user = await arrive(page, server.origin, '/account');
  const changes = attempts(page);
  await fillNewPassword(page, 'password');
  await endSession(page, time);
  await page.getByRole('button', { name: 'Change password' }).click();
  await overlay(page).getByLabel('Username').fill('bob');
  await signInAgain(page, 'password');

  await expect(page.getByRole('button', { name: 'Account of bob' })).toBeVisible();
  await expect(heading(page)).toHaveText('Your account');
  await expect(page.getByLabel('New password', { exact: true })).toHaveValue('');
  await expect(page.locator('body')).not.toContainText(user.username);
  await time.pass(1);
  expect(changes).toEqual(['auth.reauthenticate']);
});

test('an ended session is noticed on focus, and typed text survives the sign-in', async ({
  page,
  server,
  time,
  traffic,
}) => {
  traffic.expectConsole(/status of 401/);
  await arrive(page, server.origin, '/account');
  await fillNewPassword(page);
  await page.getByLabel('New password', { exact: true }).focus();
  await endSession(page, time);
  await focusWindow(page);
  await signInAgain(page, 'not this one');
  await expect(overlay(page).getByRole('alert')).toHaveText(
    'That username and password do not match.',
  );
  await signInAgain(page);
  await expect(overlay(page)).toHaveCount(0);
  await expect(page.getByLabel('New password', { exact: true })).toHaveValue(NEW_PASSWORD);
  await expect(page.getByLabel('New password', { exact: true })).toBeFocused();
});

test('a page that was being opened opens after the sign-in over the page', async ({
  page,
  server,
  time,
}) => {
  await arrive(page, server.origin, '/');
  await page.goto('/no/such/page');
  await expect(heading(page)).toHaveText('Nothing here');
  await endSession(page, time);
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('link', { name: 'Your account' }).click();
  await signInAgain(page);
  await expect(overlay(page)).toHaveCount(0);
  await expect(
    page.getByRole('list', { name: 'Sessions' }).getByRole('listitem').first(),
  ).toContainText('Chrome');
});

test('Escape keeps the sign-in dialog, and leaving it goes to the sign-in page with the way back', async ({
  page,
  server,
  time,
}) => {
  await arrive(page, server.origin, '/account?a=1#b');
  await endSession(page, time);
  await focusWindow(page);
  await expect(overlay(page)).toBeVisible();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Escape');
  await expect(overlay(page)).toBeVisible();

  await overlay(page).getByRole('button', { name: 'Leave this page' }).click();
  await expect(heading(page)).toHaveText('Sign in');
  await expect(overlay(page)).toHaveCount(0);
  await expect(page.getByText('Your last session was ended.')).toBeVisible();
  expect(new URL(page.url()).searchParams.get('from')).toBe('/account?a=1#b');
});

test('every tab continues once one of them signs in', async ({ context, server, time }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  const user = await arrive(first, server.origin, '/account');
  await second.goto('/account');
  await fillNewPassword(second);
  await endSession(first, time);
  for (const tab of [first, second]) {
    await focusWindow(tab);
    await expect(overlay(tab)).toBeVisible();
  }
  await signInAgain(first);
  for (const tab of [first, second]) {
    await expect(overlay(tab)).toHaveCount(0);
    await expect(tab.getByRole('button', { name: `Account of ${user.username}` })).toBeVisible();
  }
  await expect(second.getByLabel('New password', { exact: true })).toHaveValue(NEW_PASSWORD);
});

test('a sign-out in one tab closes the page in the other tab', async ({
  context,
  server,
  time,
}) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await arrive(first, server.origin, '/account');
  await second.goto('/account');
  await expect(heading(second)).toHaveText('Your account');
  await endSession(first, time);
  await focusWindow(second);
  await expect(overlay(second)).toBeVisible();
  await focusWindow(first);
  await signInAgain(first);
  await expect(overlay(second)).toHaveCount(0);
  await signOut(first);
  await expect(heading(second)).toHaveText('Sign in');
  await expect(second.getByText('You signed out in another tab.')).toBeVisible();
});
