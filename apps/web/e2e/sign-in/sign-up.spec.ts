import { expect, fillSignIn, test } from '../support/fixtures.ts';
import { newUser, PASSWORD, signUpElsewhere } from '../support/users.ts';

test('a visitor creates an account, is signed in, and returns to the earlier page', async ({
  page,
  baseURL,
}) => {
  const { username, password } = newUser();
  await page.goto('/account?a=1#b');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Create an account');
  await expect(page).toHaveTitle('Create an account · Latchkey');
  await expect(page.getByLabel('Username')).toBeFocused();
  await expect(page.getByLabel('Username')).toHaveAttribute('autocomplete', 'username');
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute(
    'autocomplete',
    'new-password',
  );
  await fillSignIn(page, username, password);
  await expect(page.getByText(`You are ${username}, with the role User.`)).toBeVisible();
  expect(page.url()).toBe(`${baseURL}/account?a=1#b`);

  await page.goto('/sign-up');
  await expect(page.getByRole('heading', { level: 1 }), 'someone signed in goes on').toHaveText(
    'Hello User!',
  );
});

test('the faults of a name and a password are shown at their fields, and typed text stays', async ({
  page,
  baseURL,
  traffic,
}) => {
  traffic.expectConsole(/status of 4(00|09)/);
  const taken = await signUpElsewhere(baseURL ?? '');
  const another = `another ${PASSWORD}`;
  const [username, password] = [
    page.getByLabel('Username'),
    page.getByLabel('Password', { exact: true }),
  ];
  await page.goto('/sign-up');

  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(username).toHaveAccessibleDescription(/Choose a username\./);
  await expect(username).toBeFocused();

  await fillSignIn(page, taken.username, 'short');
  await expect(password).toHaveAccessibleDescription(
    /This must be at least 15 characters: .* 15 characters or more\./s,
  );
  await expect(password).toBeFocused();
  await expect(username).not.toHaveAttribute('aria-invalid');

  await password.fill('passwordpassword');
  await password.press('Enter');
  await expect(password).toHaveAccessibleDescription(/This is easy to guess\./);

  await password.fill(another);
  await password.press('Enter');
  await expect(username).toHaveAccessibleDescription(
    `${taken.username} is taken. Choose another one.`,
  );
  await expect(username).toBeFocused();
  await expect(password).toHaveValue(another);

  await username.fill(newUser().username);
  await username.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});
