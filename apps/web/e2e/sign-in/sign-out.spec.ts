import type { Page } from '@playwright/test';
import {
  expect,
  fillSignIn,
  removeKnownSession,
  signIn,
  signInByForm,
  signOut,
  test,
} from '../support/fixtures.ts';

async function expectNothingPrivate(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await expect(page.locator('body')).not.toContainText(/Hello|Generation|Signed in as/);
}

test("a sign-out reaches the other tab, and the browser's Back shows nothing private", async ({
  context,
}) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await signIn(first);
  await first.getByRole('link', { name: 'Admin' }).click();
  await expect(first.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
  await second.goto('/');
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Hello User!');

  await signOut(first);
  await expect(first.getByText('You are signed out.')).toBeVisible();
  await expect(second.getByText('You signed out in another tab.')).toBeVisible();
  expect(new URL(first.url()).search).toBe('');
  await expectNothingPrivate(first);
  await expectNothingPrivate(second);

  await first.goBack();
  await expectNothingPrivate(first);
  await first.goto('/');
  await expectNothingPrivate(first);
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['X-Device']);
});

test('a tab that loads during a sign-out is signed out', async ({ context }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await signIn(first);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await removeKnownSession(second);
  await second.route('**/trpc/auth.session**', async (route) => {
    await held;
    await route.continue();
  });
  await second.goto('/');
  await expect(second.getByRole('status').getByText('Loading')).toBeAttached();
  await signOut(first);
  await expectNothingPrivate(first);
  release();
  await expectNothingPrivate(second);
});

test('a sign-in reaches the other tab, which opens its page', async ({ context, baseURL }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await second.goto('/admin?a=1');
  await expectNothingPrivate(second);
  await signInByForm(first);
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
  expect(second.url()).toBe(`${baseURL}/admin?a=1`);
});

test('a sign-in as another user removes the data of the first user in all tabs', async ({
  context,
}) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await signIn(first, 'admin');
  await second.goto('/admin');
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');

  await signOut(first);
  await fillSignIn(first, 'bob');
  await expect(first.getByText('You are signed in as bob with the role User.')).toBeVisible();
  await expect(second.getByText('You are signed in as bob with the role User.')).toBeVisible();
  await second.getByRole('link', { name: 'Admin' }).click();
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Not for your role');
});
