import type { Page } from '@playwright/test';
import { ACCESS_TOKEN_SECONDS, expect, fillSignIn, signIn, test } from '../support/fixtures.ts';
import { PASSWORD, signUpElsewhere, type TestUser } from '../support/users.ts';

const NEW_PASSWORD = 'copper willow ninety anchors';
const TOLD = 'You called us: your phone was stolen.';

const dialog = (page: Page) => page.getByRole('dialog');
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

async function manage(admin: Page, { username }: TestUser, label: string): Promise<void> {
  await signIn(admin, 'admin', 'password', `/admin/users?search=${username}`);
  await admin.getByRole('button', { name: `Manage ${username}` }).click();
  await dialog(admin).getByRole('radio', { name: label }).check();
}

/** Rescues an account by the steps of an administrator. */
async function rescue(admin: Page, user: TestUser): Promise<string> {
  await manage(admin, user, 'Rescue this account');
  await dialog(admin).getByLabel('Reason (optional)').fill('Ticket 4711');
  await dialog(admin).getByLabel('Reason shown to the user').fill(TOLD);
  await dialog(admin).getByRole('button', { name: 'Rescue this account' }).click();
  const password = dialog(admin).getByLabel('One-time password');
  await expect(password).toHaveText(/^(\w{5}-){3}\w{5}$/);
  return (await password.textContent()) ?? '';
}

test('a hijacked account is rescued: the thief is out, the owner is told why and chooses a password (F3)', async ({
  browser,
  page: admin,
  server,
  time,
  traffic,
}) => {
  traffic.expectConsole(/status of 401/);
  const user = await signUpElsewhere(server.origin);
  const context = await browser.newContext({ baseURL: server.origin });
  await time.include(context);
  const thief = await context.newPage();
  await signIn(thief, user.username, PASSWORD, '/account');
  const oneTime = await rescue(admin, user);
  await dialog(admin).getByRole('button', { name: 'Done' }).click();
  await expect(admin.locator('body')).not.toContainText(oneTime);

  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  await thief.evaluate(() => window.dispatchEvent(new Event('focus')));
  const over = thief.getByRole('dialog', { name: 'Sign in to continue' });
  await expect(over).toContainText(`The administrator says: ${TOLD}`);
  await expect(over).not.toContainText('4711');
  await over.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await over.getByRole('button', { name: 'Sign in' }).click();
  await expect(over.getByRole('alert')).toHaveText('That username and password do not match.');
  await context.close();

  const owner = await browser.newPage({ baseURL: server.origin });
  await owner.goto('/account');
  await fillSignIn(owner, user.username, oneTime);
  await expect(heading(owner)).toHaveText('Choose a password');
  await expect(owner.getByRole('main')).toContainText(TOLD);
  await owner.reload();
  await expect(heading(owner)).toHaveText('Choose a password');
  const field = owner.getByLabel('New password', { exact: true });
  await field.fill(PASSWORD);
  await field.press('Enter');
  await expect(field).toHaveAccessibleDescription(/may be known to others/);
  await field.fill(NEW_PASSWORD);
  await field.press('Enter');
  await expect(heading(owner)).toHaveText('Your account');
  await expect(owner.getByText('Account secured by an administrator')).toBeVisible();
  await owner.close();
});

test('what was typed on the open page is still there after a rescue (F3)', async ({
  browser,
  page: admin,
  server,
  time,
}) => {
  const user = await signUpElsewhere(server.origin);
  const context = await browser.newContext({ baseURL: server.origin });
  await time.include(context);
  const owner = await context.newPage();
  await signIn(owner, user.username, PASSWORD, '/account');
  const current = owner.getByLabel('Current password', { exact: true });
  await current.fill('half a thought');
  const oneTime = await rescue(admin, user);
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  await owner.evaluate(() => window.dispatchEvent(new Event('focus')));
  const over = owner.getByRole('dialog', { name: 'Sign in to continue' });
  await over.getByLabel('Password', { exact: true }).fill(oneTime.toLowerCase());
  await over.getByRole('button', { name: 'Sign in' }).click();
  const chosen = owner.getByRole('form', { name: 'Choose a password' }).getByLabel('New password', {
    exact: true,
  });
  await chosen.fill(NEW_PASSWORD);
  await chosen.press('Enter');
  await expect(heading(owner)).toHaveText('Your account');
  await expect(current).toHaveValue('half a thought');
  await context.close();
});

test('a disabled user reads why, after the right password only (F3)', async ({
  browser,
  page: admin,
  server,
}) => {
  const user = await signUpElsewhere(server.origin);
  await manage(admin, user, 'Disable');
  await dialog(admin).getByLabel('Reason shown to the user').fill(TOLD);
  await dialog(admin).getByRole('button', { name: 'Disable' }).click();
  await expect(admin.getByText('is disabled and signed out everywhere')).toBeVisible();

  const page = await browser.newPage({ baseURL: server.origin });
  await page.goto('/sign-in');
  await fillSignIn(page, user.username, 'a wrong password');
  await expect(page.getByRole('alert')).toHaveText('That username and password do not match.');
  await fillSignIn(page, user.username, PASSWORD);
  await expect(page.getByRole('alert')).toHaveText(
    `Your account is disabled. The administrator says: ${TOLD}`,
  );
  await page.close();
});

test('an administrator is spoken to about their own account, and warned (F29)', async ({
  browser,
  page: admin,
  server,
  time,
  traffic,
}) => {
  traffic.expectConsole(/status of 40[13]/);
  const user = await signUpElsewhere(server.origin);
  await manage(admin, user, 'Make administrator');
  await dialog(admin).getByRole('button', { name: 'Make administrator' }).click();
  await expect(admin.getByText('has the role Admin from the next sign-in')).toBeVisible();

  const context = await browser.newContext({ baseURL: server.origin });
  await time.include(context);
  const page = await context.newPage();
  await signIn(page, user.username, PASSWORD, `/admin/users?search=${user.username}`);
  await page.getByRole('button', { name: `Manage ${user.username}` }).click();
  await expect(dialog(page).getByRole('radio')).toHaveCount(4);
  for (const label of ['Disable', 'Sign out everywhere', 'Remove', 'Revoke the role Admin']) {
    await dialog(page).getByRole('radio', { name: label }).check();
    await expect(dialog(page)).toContainText(/your own account|your own sessions/);
    await expect(dialog(page)).not.toContainText('Their');
    await expect(dialog(page).getByLabel('Reason shown to the user')).toHaveCount(0);
  }
  await expect(dialog(page)).toContainText('Only another administrator can give you the role');
  await dialog(page).getByRole('button', { name: 'Revoke the role Admin' }).click();
  const over = page.getByRole('dialog', { name: 'Sign in to continue' });
  await expect(over).toContainText('Your role was changed.');
  await context.close();
});

test('a taken name in New user appears under its field, with the label of the page (F12)', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/status of 409/);
  await signIn(page, 'admin', 'password', '/admin/users');
  await page.getByRole('button', { name: 'New user' }).click();
  const field = dialog(page).getByLabel('Username');
  await field.fill('bob');
  await dialog(page).getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog(page).getByRole('button', { name: 'Create user' }).click();
  await expect(field).toHaveAccessibleDescription('bob is taken. Choose another one.');
  await expect(field).toBeFocused();
  await expect(dialog(page)).not.toContainText('username:');
  await expect(dialog(page).getByRole('alert')).toHaveCount(0);
});
