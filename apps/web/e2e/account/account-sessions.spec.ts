import { anotherBrowser, events, openAccount, sessions } from '../support/account-page.ts';
import { ACCESS_TOKEN_SECONDS, expect, signIn, test } from '../support/fixtures.ts';
import { DEVICES, signInElsewhere, signUpElsewhere } from '../support/users.ts';

// Several windows are open at once; an animated ring in each would slow all of them down.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

test('the account page lists a session of another browser and signs it out at its next refresh', async ({
  page,
  browser,
  time,
  baseURL,
}) => {
  const user = await signUpElsewhere(baseURL ?? '', DEVICES.iphone);
  const other = await anotherBrowser(browser, time, baseURL, user);
  await signIn(page, user.username, user.password);
  await page.getByRole('button', { name: `Account of ${user.username}` }).click();
  await page.getByRole('link', { name: 'Your account' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page.getByRole('link', { name: 'Your account' })).toBeHidden();
  await expect(page).toHaveTitle('Your account · Latchkey');

  await expect(sessions(page)).toHaveCount(3);
  await expect(sessions(page).first()).toContainText('This browser');
  await expect(sessions(page).first().getByRole('button')).toHaveCount(0);
  await expect(sessions(page).filter({ hasText: 'This browser' })).toHaveCount(1);
  const row = sessions(page).filter({ hasText: 'Firefox 128 on Windows 10' });
  await expect(row).toContainText(/127\.0\.0\.1|::1/);
  await expect(row.getByRole('time').first()).toHaveAttribute('title', /\d{4} at \d\d:\d\d:\d\d/);

  await row.getByRole('button', { name: 'Sign out' }).press('Enter');
  await expect(page.getByText('Firefox 128 on Windows 10 is signed out.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Sessions' })).toBeFocused();
  await expect(sessions(page)).toHaveCount(2);
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  await expect(other.getByText('Your last session was ended. Sign in to continue.')).toBeVisible();
  await expect(
    other.getByText(
      /You ended the session from another device\. .+ Reference for support: [A-Z2-9]{5}-[A-Z2-9]{5}/,
    ),
  ).toBeVisible();
  await expect(events(page).first()).toContainText(
    'Session ended: signed out from another of your browsers',
  );

  await page.getByRole('button', { name: 'Sign out all others' }).click();
  await expect(page.getByText('All your other sessions are signed out.')).toBeVisible();
  await expect(sessions(page)).toHaveCount(1);
  await page.reload();
  await expect(page.getByText('You are signed in nowhere else.')).toBeVisible();
  await other.context().close();
});

test('the account page pages through more than 20 sessions, and signs all others out together', async ({
  page,
  baseURL,
}) => {
  const user = await signUpElsewhere(baseURL ?? '');
  await openAccount(page, user);
  for (let round = 0; round < 22; round++)
    await signInElsewhere(baseURL ?? '', user, DEVICES.samsung);
  await page.reload();
  await expect(sessions(page).first()).toContainText('This browser');
  await expect(sessions(page)).toHaveCount(21);
  const more = page.getByRole('button', { name: 'Show more sessions' });
  await more.press('Enter');
  await expect(more).toBeHidden();
  await expect(sessions(page)).toHaveCount(24);
  await expect(sessions(page).nth(21)).toBeFocused();
  await expect(sessions(page).filter({ hasText: 'This browser' })).toHaveCount(1);

  await page.reload();
  await page.getByRole('button', { name: 'Sign out all others' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out all others' }).click();
  await expect(sessions(page)).toHaveCount(1);
  await expect(page.getByText('All your other sessions are signed out.')).toBeVisible();
  await expect(more).toBeHidden();
});

test('the account page signs several sessions out after a confirmation, and shows older events', async ({
  page,
  baseURL,
}) => {
  const user = await signUpElsewhere(baseURL ?? '');
  for (let round = 0; round < 9; round++)
    await signInElsewhere(baseURL ?? '', user, DEVICES.samsung);
  await openAccount(page, user);
  const all = page.getByRole('button', { name: 'Sign out all others' });
  await all.click();
  await page.keyboard.press('Escape');
  await expect(all).toBeFocused();
  await expect(sessions(page)).toHaveCount(11);
  await all.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out 10 sessions' }).click();
  await expect(sessions(page)).toHaveCount(1);
  await expect(page.getByText('All your other sessions are signed out.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Sessions' })).toBeFocused();

  await expect(events(page)).toHaveCount(20);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(events(page)).toHaveCount(22);
  await expect(events(page).nth(20), 'the first new row has the focus').toBeFocused();
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
  await expect(events(page).last()).toContainText('Account created');
});

test('an ended session leaves the list at once, and returns with the reason if the server refused', async ({
  page,
  baseURL,
  traffic,
}) => {
  traffic.expectConsole(/Failed to load resource/);
  const user = await signUpElsewhere(baseURL ?? '');
  await openAccount(page, user);
  await expect(sessions(page)).toHaveCount(2);
  let fail = () => {};
  const held = new Promise<void>((resolve) => {
    fail = resolve;
  });
  // Delays the server's response, so that only the page itself can restore the row.
  await page.route('**/trpc/**', async (route) => {
    await held;
    await route.abort('connectionfailed');
  });
  await page.getByRole('button', { name: 'Sign out Firefox 128' }).click();
  await expect(sessions(page)).toHaveCount(1);
  fail();
  await expect(page.getByRole('alert')).toHaveText(
    'Firefox 128 on Windows 10 was not signed out: the server is not answering. Try again in a moment.',
  );
  await expect(sessions(page)).toHaveCount(2);
});

test('the account page reports data that could not be loaded, and loads it on request', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/Failed to load resource/);
  await page.route('**/trpc/account.**', (route) =>
    route.fulfill({
      status: 500,
      json: {
        error: {
          message: 'broken',
          code: -32603,
          data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, reason: 'internal' },
        },
      },
    }),
  );
  await signIn(page, 'admin', 'password', '/account');
  await expect(page.getByRole('alert')).toHaveText([
    /^Your sessions could not be loaded: something went wrong/,
    /^Your security events could not be loaded/,
  ]);
  await page.unroute('**/trpc/account.**');
  const again = page.getByRole('button', { name: 'Try again' });
  await again.nth(1).click();
  await again.first().click();
  await expect(sessions(page).filter({ hasText: 'This browser' })).toHaveCount(1);
});

test('"Not me" signs a session out and leads to a new password', async ({ page, baseURL }) => {
  const user = await signUpElsewhere(baseURL ?? '');
  await signInElsewhere(baseURL ?? '', user, DEVICES.iphone);
  await openAccount(page, user);
  await page.getByRole('button', { name: /^Safari .* is not me$/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Sign it out and change my password' })
    .click();
  await expect(page.getByText(/^Safari .* is signed out\.$/)).toBeVisible();
  await expect(page.getByText('Change your password now')).toBeVisible();
  await expect(page.getByLabel('Current password', { exact: true })).toBeFocused();
  await page.keyboard.type(user.password);
  await page.getByLabel('New password', { exact: true }).fill('copper willow ninety anchors');
  await page.keyboard.press('Enter');
  await expect(
    page.getByText('Your password is changed, and your other sessions have ended.'),
  ).toBeVisible();
  await expect(page.getByText('Change your password now')).toHaveCount(0);
});

test('"Not me" at an event ends the session of that event', async ({ page, baseURL }) => {
  const user = await signUpElsewhere(baseURL ?? '');
  await signInElsewhere(baseURL ?? '', user, DEVICES.iphone);
  await openAccount(page, user);
  const events = page.getByRole('list', { name: 'Security events' });
  const notMe = events.getByRole('button', { name: /^Not me: Signed in, Safari/ });
  await expect(notMe).toHaveText('Not me');
  await expect(events.getByRole('button', { name: /Chrome/ })).toHaveCount(0);
  await notMe.click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Sign it out and change my password' })
    .click();
  await expect(page.getByText(/^Safari .* is signed out\.$/)).toBeVisible();
  await expect(page.getByLabel('Current password', { exact: true })).toBeFocused();
  await expect(notMe).toHaveCount(0);
});

test('the account page shows when a session began and how often its tokens were rotated', async ({
  page,
  baseURL,
}) => {
  const user = await signUpElsewhere(baseURL ?? '');
  await openAccount(page, user);
  await page.getByLabel('History of Firefox 128 on Windows 10').click();
  const row = sessions(page).filter({ hasText: 'Firefox 128' });
  await expect(row.getByRole('list', { name: 'What happened' })).toContainText(
    'Signed in: the first refresh token was issued',
  );
  await expect(row).toContainText('Rotated 0 times so far');
});
