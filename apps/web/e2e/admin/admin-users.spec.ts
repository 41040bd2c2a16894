import type { Page } from '@playwright/test';
import { expect, fillSignIn, signIn, test } from '../support/fixtures.ts';
import { PASSWORD, signUpElsewhere, type TestUser } from '../support/users.ts';

const row = (page: Page, { username }: Pick<TestUser, 'username'>) =>
  page.getByRole('row', { name: new RegExp(`^${username} `) });
const dialog = (page: Page) => page.getByRole('dialog');
const names = (page: Page) =>
  page
    .getByRole('table', { name: 'Users' })
    .getByRole('row')
    .locator('td:first-child')
    .allTextContents();

async function openUsers(page: Page, query = ''): Promise<void> {
  await signIn(page, 'admin', 'password', `/admin/users${query}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Users');
}

async function act(
  page: Page,
  user: Pick<TestUser, 'username'>,
  label: string,
  reason?: string,
): Promise<void> {
  await row(page, user)
    .getByRole('button', { name: `Manage ${user.username}` })
    .click();
  await dialog(page).getByRole('radio', { name: label }).check();
  if (reason) await dialog(page).getByLabel('Reason (optional)').fill(reason);
  await dialog(page).getByRole('button', { name: label }).click();
}

test('the users page searches, filters and sorts on the server, with the state in the URL', async ({
  page,
  server,
  traffic,
}) => {
  const prefix = `nora-${process.pid}-`;
  const people = await Promise.all(
    [1, 2, 3].map((number) =>
      signUpElsewhere(server.origin, undefined, { username: prefix + number, password: PASSWORD }),
    ),
  );
  const expected = people.map(({ username }) => username).sort();
  await openUsers(page);
  await page.getByLabel('Find a username').fill(prefix);
  await expect(page.getByLabel('Find a username')).toHaveAccessibleDescription(
    'Matches anywhere in a name.',
  );
  await expect
    .poll(async () => (await names(page)).filter((name) => expected.includes(name)))
    .toEqual(expected);
  await page.getByRole('button', { name: 'Username' }).click();
  await expect(page.getByRole('columnheader', { name: 'Username' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await expect
    .poll(async () => (await names(page)).filter((name) => expected.includes(name)))
    .toEqual(expected.toReversed());
  await page.getByRole('main').getByLabel('Role').first().selectOption('Admin');
  await expect(page.getByText('No user matches.')).toBeVisible();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    search: prefix,
    sort: 'username',
    order: 'desc',
    role: 'Admin',
  });

  await page.reload();
  await expect(page.getByText('No user matches.')).toBeVisible();
  await expect(page.getByLabel('Find a username')).toHaveValue(prefix);
  await page.goBack();
  await expect
    .poll(async () => (await names(page)).filter((name) => expected.includes(name)))
    .toEqual(expected.toReversed());
  expect(traffic.requests.some((url) => decodeURIComponent(url).includes('"order":"desc"'))).toBe(
    true,
  );
});

test('the users page ignores invalid search parameters', async ({ page }) => {
  await openUsers(page, '?sort=password&order=up&role=Amdin&status=%00&search=%20');
  await expect(row(page, { username: 'admin' })).toBeVisible();
  await page.goto('/admin/users?after=zzzz');
  await expect(page.getByText('This page is empty')).toBeVisible();
  await page.getByRole('button', { name: 'First page' }).click();
  await expect(row(page, { username: 'admin' })).toBeVisible();
});

test('the users page pages through the users', async ({ page }) => {
  await openUsers(page);
  await page.route('**/trpc/admin.users**', async (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set(
      'input',
      (url.searchParams.get('input') ?? '').replace('"limit":25', '"limit":1'),
    );
    await route.fulfill({ response: await route.fetch({ url: url.href }) });
  });
  await page.reload();
  await expect.poll(() => names(page)).toEqual(['admin']);
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(() => names(page)).not.toEqual(['admin']);
  await page.getByRole('button', { name: 'First page' }).click();
  await expect.poll(() => names(page)).toEqual(['admin']);
});

test('an administrator disables a user at once, with a reason in the audit log, and enables them again', async ({
  page,
  server,
  browser,
  traffic,
}) => {
  traffic.expectConsole(/status of 401/);
  const user = await signUpElsewhere(server.origin);
  await openUsers(page, `?search=${user.username}`);
  await act(page, user, 'Disable', 'left the company');
  await expect(
    page.getByText(`${user.username} is disabled and signed out everywhere.`),
  ).toBeVisible();
  await expect(row(page, user)).toContainText('Disabled');
  await expect(row(page, user).getByRole('button')).toBeFocused();
  const audit = await page.evaluate(async () => (await fetch('/trpc/admin.audit')).text());
  expect(audit).toContain('left the company');

  const other = await browser.newPage({ baseURL: server.origin });
  await other.goto('/sign-in');
  await fillSignIn(other, user.username, PASSWORD);
  await expect(other.getByRole('alert')).toBeVisible();
  await act(page, user, 'Enable');
  await expect(row(page, user)).toContainText('Active');
  await fillSignIn(other, user.username, PASSWORD);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
  await other.close();
});

test('an administrator changes a role, signs a user out, and removes a user', async ({
  page,
  server,
}) => {
  const user = await signUpElsewhere(server.origin);
  await openUsers(page, `?search=${user.username}`);
  await act(page, user, 'Make administrator');
  await expect(row(page, user)).toContainText('Admin');
  await act(page, user, 'Revoke the role Admin');
  await expect(row(page, user)).toContainText('User');
  await act(page, user, 'Sign out everywhere');
  await expect(page.getByText(`${user.username} is signed out everywhere.`)).toBeVisible();
  await act(page, user, 'Remove');
  await expect(page.getByText('No user matches.')).toBeVisible();
});

test('the users page explains why the last administrator cannot be changed', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/status of 409/);
  await openUsers(page, '?search=admin&role=Admin');
  for (const label of ['Disable', 'Revoke the role Admin']) {
    await act(page, { username: 'admin' }, label);
    await expect(dialog(page).getByRole('alert')).toHaveText(/^admin is the last administrator: ./);
    await page.keyboard.press('Escape');
  }
  await expect(row(page, { username: 'admin' })).toContainText('Active');
});

test("the form for a new user checks the server's rules before it is sent, and the user can sign in", async ({
  page,
  browser,
  server,
}) => {
  const username = `dora-${process.pid}`;
  await openUsers(page);
  await page.getByRole('button', { name: 'New user' }).click();
  const sent: string[] = [];
  page.on('request', (request) => request.url().includes('createUser') && sent.push(request.url()));
  await dialog(page).getByLabel('Username').fill('a b');
  await dialog(page).getByLabel('Password', { exact: true }).fill('short');
  await dialog(page).getByRole('button', { name: 'Create user' }).click();
  await expect(dialog(page).getByText('This must be 2 to 64 letters')).toBeVisible();
  await expect(dialog(page).getByText('This must be at least 15 characters')).toBeVisible();
  expect(sent).toEqual([]);
  await dialog(page).getByLabel('Username').fill(username);
  await dialog(page).getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog(page).getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByText(`${username} can sign in now.`)).toBeVisible();
  const other = await browser.newPage({ baseURL: server.origin });
  await signIn(other, username, PASSWORD);
  await other.close();
});

test('the server refuses the users page to a plain user, and the page names the required role', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/status of 403/);
  await signIn(page, 'bob', 'password', '/admin/users');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not for your role');
  const statuses = await page.evaluate(async () => {
    const answers = [
      fetch('/trpc/admin.users'),
      fetch('/trpc/admin.disableUser', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"userId":"x"}',
      }),
    ];
    return (await Promise.all(answers)).map(({ status }) => status);
  });
  expect(statuses).toEqual([403, 403]);
});
