import {
  ACCESS_TOKEN_SECONDS,
  expect,
  fillSignIn,
  signIn,
  signInByForm,
  signOut,
  test,
} from '../support/fixtures.ts';

const NO_MATCH = 'That username and password do not match.';

test('the sign-in fields suit password managers, and the first one has the focus', async ({
  page,
}) => {
  await page.goto('/sign-in');
  await expect(page).toHaveTitle('Sign in · Latchkey');
  await expect(page.getByLabel('Username')).toBeFocused();
  await expect(page.getByLabel('Username')).toHaveAttribute('autocomplete', 'username');
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute(
    'autocomplete',
    'current-password',
  );
});

test('one press signs in with a demo account', async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page.getByText('Demo accounts, both with the password “password”:')).toBeVisible();
  await page.getByRole('button', { name: 'Continue as bob' }).click();
  await expect(page.getByRole('button', { name: 'Account of bob' })).toBeVisible();
});

for (const [what, username] of [
  ['a wrong password', 'admin'],
  ['an unknown user', 'unknown'],
] as const) {
  test(`${what} gets the same message, which takes the focus`, async ({ page, traffic }) => {
    traffic.expectConsole(/status of 401/);
    await page.goto('/sign-in');
    await fillSignIn(page, username, 'wrong');
    await expect(page.getByRole('alert')).toHaveText(NO_MATCH);
    await expect(page.getByRole('alert')).toBeFocused();
    await expect(page.getByLabel('Username')).toHaveValue(username);
    await fillSignIn(page, 'admin');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
  });
}

test('the sign-in page shows the wait after too many attempts, whether or not the user exists', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/status of 429/);
  const username = 'guessed at';
  for (let n = 0; n < 10; n++)
    expect(
      (await page.request.post('/login', { data: { username, password: 'wrong' } })).status(),
    ).toBe(401);
  await page.goto('/sign-in');
  await fillSignIn(page, username, 'wrong');
  await expect(page.getByRole('alert')).toHaveText('Too many attempts. Try again in 15 minutes.');
});

test('an empty sign-in field is named, and nothing is sent', async ({ page, traffic }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Enter your username.')).toBeVisible();
  await expect(page.getByLabel('Username')).toBeFocused();
  await page.getByLabel('Username').fill('admin');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  expect(traffic.requests.some((url) => url.includes('auth.login'))).toBe(false);
});

test('the typed password can be shown and pasted, and Caps Lock is reported', async ({ page }) => {
  await page.goto('/sign-in');
  const password = page.getByLabel('Password', { exact: true });
  await password.evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'x');
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    if (!field.dispatchEvent(paste)) throw new Error('pasting is prevented');
  });
  await password.fill('secret');
  await page.getByRole('button', { name: 'Show password' }).click();
  await expect(password).toHaveAttribute('type', 'text');
  await page.getByRole('button', { name: 'Show password' }).click();
  await expect(password).toHaveAttribute('type', 'password');
  await password.dispatchEvent('keydown', { key: 'A', modifierCapsLock: true });
  await expect(page.getByText('Caps Lock is on.')).toBeVisible();
});

test('the sign-in button reports a pending sign-in', async ({ page }) => {
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/trpc/auth.login**', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/sign-in');
  await fillSignIn(page, 'admin');
  await expect(page.getByRole('button', { name: 'Signing in…' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  answer();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});

test('a sign-in returns to the earlier page with query and hash', async ({ page, baseURL }) => {
  const wanted = '/admin?tab=one&tab=two&q=a%2Fb#part-2';
  await page.goto('/no/such/page');
  await page.goto(wanted);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await fillSignIn(page, 'admin');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
  expect(page.url()).toBe(baseURL + wanted);

  await page.goBack();
  await expect(
    page.getByRole('heading', { level: 1 }),
    'Back leads past the sign-in page',
  ).toHaveText('Nothing here');
});

for (const from of [
  '//evil.example',
  '/\\evil.example',
  '/%2F/evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/.//evil.example',
]) {
  test(`?from=${from} leads to the start page`, async ({ page, baseURL }) => {
    await page.goto(`/sign-in?from=${encodeURIComponent(from)}`);
    await fillSignIn(page, 'admin');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
    expect(page.url()).toBe(`${baseURL}/`);
  });
}

test('the sign-in page redirects a signed-in user', async ({ page, baseURL }) => {
  await signIn(page);
  await page.goto('/sign-in?from=%2Fadmin%3Fa%3D1');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
  expect(page.url()).toBe(`${baseURL}/admin?a=1`);
});

test('too many sign-in attempts disable the button until the wait is over', async ({
  page,
  traffic,
  time,
}) => {
  traffic.expectConsole(/status of 429/);
  let attempts = 0;
  await page.route('**/trpc/auth.login', (route) => {
    attempts += 1;
    return attempts > 1
      ? route.continue()
      : route.fulfill({
          status: 429,
          json: {
            error: {
              message: 'x',
              code: -32029,
              data: { httpStatus: 429, reason: 'rate_limited', retryAfterSeconds: 3 },
            },
          },
        });
  });
  await page.goto('/sign-in');
  await fillSignIn(page, 'admin');
  await expect(page.getByRole('alert')).toHaveText('Too many attempts. Try again in 3 seconds.');
  await expect(page.getByRole('button', { name: /^Sign in ?in 0:0[23]$/ })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await page.getByLabel('Password', { exact: true }).press('Enter');
  expect(attempts).toBe(1);
  await time.pass(3);
  await expect(page.getByRole('alert')).toHaveText('You can try again now.');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});

test('a user who is not remembered gets session cookies, also after a refresh', async ({
  page,
  context,
  time,
}) => {
  const lifetimes = async () =>
    (await context.cookies())
      .filter(({ name }) => name !== 'X-Device')
      .map(({ expires }) => expires);
  await signInByForm(page);
  expect((await lifetimes()).every((expires) => expires > 0)).toBe(true);
  await signOut(page);
  await page.getByLabel('Stay signed in after this browser is closed').uncheck();
  await fillSignIn(page, 'admin');
  await expect(page.getByTestId('generation')).toHaveText('0');
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  await expect(page.getByTestId('generation')).toHaveText('1');
  expect(new Set(await lifetimes())).toEqual(new Set([-1]));
  await expect(page.getByText('until the browser closes').first()).toBeAttached();
});
