import { expect, signIn, test } from '../support/fixtures.ts';

test.use({ serverSettings: { signUp: 'closed' } });

test('a closed sign-up is not offered on the sign-in page, and is explained on its own page', async ({
  page,
}) => {
  await page.goto('/sign-up');
  await expect(
    page.getByText('Sign-up is closed here. Ask an administrator for an account.'),
  ).toBeVisible();
  await expect(page.getByLabel('Username')).toHaveCount(0);
  // The server has already responded, so the page has nothing to wait for.
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Create an account' })).toHaveCount(0);
  await signIn(page);
});
