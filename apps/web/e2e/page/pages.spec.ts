import { expect, removeKnownSession, signIn, test } from '../support/fixtures.ts';

test("a page for another role names the required role and the user's role", async ({
  page,
  traffic,
}) => {
  await signIn(page, 'bob');
  await page.goto('/admin');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not for your role');
  await expect(
    page.getByText('This page needs the role Admin. You are signed in as bob with the role User.'),
  ).toBeVisible();
  expect(traffic.requests.some((url) => url.includes('adminOnly'))).toBe(true);
});

test('an unknown path shows the not-found page', async ({ page }) => {
  await page.goto('/no/such/page');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing here');
  await expect(page).toHaveTitle('Nothing here · Latchkey');
});

test('the sign-in page is not shown while the session is queried', async ({ page }) => {
  await signIn(page);
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await removeKnownSession(page);
  await page.route('**/trpc/auth.session**', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/');
  await expect(page.getByRole('status').getByText('Loading')).toBeAttached();
  await expect(page.getByLabel('Username')).toHaveCount(0);
  expect(new URL(page.url()).pathname).toBe('/');
  answer();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});

test('a reload shows the signed-in page in the first frame, without a query', async ({
  page,
  traffic,
}) => {
  await signIn(page);
  await page.goto('/account');
  await page.addInitScript(() => {
    const frames: string[] = [];
    Object.assign(window, { frames_: frames });
    const note = () => {
      frames.push(document.body?.textContent ?? '');
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  traffic.requests.length = 0;
  await page.reload();
  await expect(page.getByRole('list', { name: 'Sessions' })).toBeVisible();
  const frames: string[] = await page.evaluate(() => Reflect.get(window, 'frames_'));
  expect(frames.filter((text) => text.includes('Your account')).length).toBeGreaterThan(0);
  expect(frames.filter((text) => text.includes('Username'))).toEqual([]);
  expect(traffic.requests.filter((url) => url.includes('auth.session'))).toEqual([]);
  expect(await page.locator('#latchkey-session').count()).toBe(0);
});

test('a link from another site opens the page of a signed-in user', async ({ page, server }) => {
  await signIn(page);
  await page.goto('about:blank');
  await page.setContent(`<a href="${server.origin}/account">account</a>`);
  await page.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
});

test('pages have titles, landmarks, a skip link and a focused heading', async ({ page }) => {
  await signIn(page);
  await expect(page).toHaveTitle('Dashboard · Latchkey');
  await page.getByRole('link', { name: 'Admin' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page).toHaveTitle('Admin · Latchkey');
  for (const landmark of ['banner', 'main', 'contentinfo'] as const)
    await expect(page.getByRole(landmark)).toHaveCount(1);
  for (const name of ['Main', 'Administration'])
    await expect(page.getByRole('navigation', { name, exact: true })).toHaveCount(1);

  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('the chosen theme is set before the first paint', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/sign-in');
  const background = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.getByTitle('Dark').click();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  const dark = await background();
  expect(dark).not.toBe(light);

  // Blocks the app's code, so that only the script in the head can set the theme.
  await page.route('**/assets/*.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: '' }),
  );
  await page.reload();
  expect(await background()).toBe(dark);
});

test('the API reference loads nothing from another origin', async ({ page, traffic, time }) => {
  traffic.expectConsole(/./);
  await page.goto('/scalar');
  await expect(
    page.getByRole('heading', { name: 'Refresh the access token now' }).first(),
  ).toBeVisible({ timeout: 20_000 });
  // Advances the clock, because fonts, icons and telemetry would load late.
  await time.pass(10);
  await page.evaluate(() => document.fonts.ready.then(() => {}));
});

test('the app works under a CSP without inline scripts, inline styles and other origins', async ({
  page,
}) => {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'";
  await page.route(
    (url) => !url.pathname.includes('.') && !url.pathname.startsWith('/trpc'),
    async (route) => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        headers: { ...response.headers(), 'content-security-policy': policy },
      });
    },
  );
  await signIn(page);
  await page.getByRole('link', { name: 'Admin' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
});

test('a page that throws an error leaves the rest of the app working', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/RangeError|Invalid time value|Error/);
  await signIn(page);
  await page.route('**/trpc/**account.sessions**', async (route) => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      body: (await response.text()).replace(/"createdAt":\d+/g, '"createdAt":9e99'),
    });
  });
  await page.goto('/account');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This page has failed');
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await page.unroute('**/trpc/**account.sessions**');
  await page.getByRole('button', { name: 'Load again' }).click();
  await expect(page.getByRole('list', { name: 'Sessions' })).toBeVisible();
});
