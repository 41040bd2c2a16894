import type { BrowserContext, Page } from '@playwright/test';
import { ACCESS_TOKEN_SECONDS, expect, signIn, test } from '../support/fixtures.ts';
import { PASSWORD, signUpElsewhere, type TestUser } from '../support/users.ts';

/**
 * Calls a procedure for administrators from another browser in which an administrator is signed in.
 */
async function act(admin: Page, procedure: string, input: object): Promise<void> {
  const status = await admin.evaluate(
    async ([name, body]) =>
      (
        await fetch(`/trpc/${name}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
      ).status,
    [procedure, JSON.stringify(input)] as const,
  );
  expect([procedure, status]).toEqual([procedure, 200]);
}

async function idOf(admin: Page, { username }: TestUser): Promise<string> {
  const input = encodeURIComponent(JSON.stringify({ search: username, limit: 1 }));
  return admin.evaluate(
    async (query) =>
      (await (await fetch(`/trpc/admin.users?input=${query}`)).json()).result.data.users[0].id,
    input,
  );
}

async function openPages(
  context: BrowserContext,
  admin: Page,
  origin: string,
): Promise<{ page: Page; user: TestUser; userId: string }> {
  const user = await signUpElsewhere(origin);
  await signIn(admin);
  const page = await context.newPage();
  await signIn(page, user.username, user.password, '/account');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
  return { page, user, userId: await idOf(admin, user) };
}

test('a disabled user is informed on the open page, and continues there once enabled', async ({
  browser,
  page: admin,
  server,
  time,
  traffic,
}) => {
  traffic.expectConsole(/status of 401/);
  const context = await browser.newContext({ baseURL: server.origin });
  await time.include(context);
  const { page, userId } = await openPages(context, admin, server.origin);
  await page.getByLabel('New password', { exact: true }).fill('half a thought');
  await act(admin, 'admin.disableUser', { userId });

  const dialog = page.getByRole('dialog', { name: 'Sign in to continue' });
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(dialog).toContainText('Your account was disabled.');
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();

  await act(admin, 'admin.enableUser', { userId });
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByLabel('New password', { exact: true })).toHaveValue('half a thought');
  await context.close();
});

test('a user with a new role is informed, and gets a new page for that role', async ({
  browser,
  page: admin,
  server,
  time,
}) => {
  const context = await browser.newContext({ baseURL: server.origin });
  await time.include(context);
  const { page, userId } = await openPages(context, admin, server.origin);
  await expect(page.getByRole('main')).toContainText('with the role User');
  await page.getByLabel('New password', { exact: true }).fill('half a thought');
  await act(admin, 'admin.setRole', { userId, role: 'Admin' });
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  const dialog = page.getByRole('dialog', { name: 'Sign in to continue' });
  await expect(dialog).toContainText('Your role was changed.');
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('main')).toContainText('with the role Admin');
  await expect(page.getByLabel('New password', { exact: true })).toHaveValue('');
  // Removes the second administrator, because other tests on this server need a single one.
  await act(admin, 'admin.removeUser', { userId });
  await context.close();
});
