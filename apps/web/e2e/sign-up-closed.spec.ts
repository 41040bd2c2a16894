import { expect, signIn, test } from './fixtures.ts';

test.use({ serverSettings: { signUp: 'closed' } });

test('where sign-up is closed, the sign-in page does not offer it, and its own page says so', async ({
  page,
}) => {
  await page.goto('/sign-up');
  await expect(
    page.getByText('Sign-up is closed here. Ask an administrator for an account.'),
  ).toBeVisible();
  await expect(page.getByLabel('Username')).toHaveCount(0);
  // From here on the page knows, so nothing is left to wait for.
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Create an account' })).toHaveCount(0);
  await signIn(page);
});
