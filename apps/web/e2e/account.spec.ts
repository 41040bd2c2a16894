import type { Browser, Page } from '@playwright/test';
import { ACCESS_TOKEN_SECONDS, expect, signIn, test } from './fixtures.ts';
import { DEVICES, PASSWORD, type Person, signInElsewhere, signUpElsewhere } from './people.ts';
import type { Time } from './time.ts';

// Several windows are open at once here, and a moving ring in each would slow them all down.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const NEW_PASSWORD = 'marble heron cinnamon ladder';

const sessions = (page: Page) => page.getByRole('list', { name: 'Sessions' }).locator('> li');
const events = (page: Page) =>
  page.getByRole('list', { name: 'Security events' }).getByRole('listitem');

/**
 * Another browser, with cookies of its own, on the dashboard: there it asks whenever its access
 * token runs out.
 */
async function anotherBrowser(
  browser: Browser,
  time: Time,
  baseURL: string | undefined,
  person: Person,
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: baseURL ?? '',
    userAgent: DEVICES.firefox,
    reducedMotion: 'reduce',
  });
  await time.include(context);
  const page = await context.newPage();
  await signIn(page, person.username, person.password);
  return page;
}

async function openAccount(page: Page, { username, password }: Person): Promise<void> {
  await signIn(page, username, password, '/account');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
}

async function changePassword(page: Page, current: string, chosen: string): Promise<void> {
  await page.getByLabel('Current password', { exact: true }).fill(current);
  await page.getByLabel('New password', { exact: true }).fill(chosen);
  await page.getByLabel('New password', { exact: true }).press('Enter');
}

/**
 * Notes whether a password field of the sign-in page, or a page on its way, ever came into sight;
 * and a reload would wipe it out.
 */
async function keepWatch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = Object.assign(window, { sawAnotherPage: false });
    new MutationObserver(() => {
      if (document.title !== 'Your account · Latchkey' || !document.querySelector('h2'))
        watched.sawAnotherPage = true;
    }).observe(document, { childList: true, subtree: true });
  });
}

const sawAnotherPage = (page: Page) => page.evaluate(() => Reflect.get(window, 'sawAnotherPage'));

test('a session in another browser is seen and signed out from here; the other browser is out at its next refresh', async ({
  page,
  browser,
  time,
  baseURL,
}) => {
  const person = await signUpElsewhere(baseURL ?? '', DEVICES.iphone);
  const other = await anotherBrowser(browser, time, baseURL, person);
  await signIn(page, person.username, person.password);
  await page.getByRole('button', { name: `Account of ${person.username}` }).click();
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
  await expect(other.getByText('Your last session was ended. Sign in to go on.')).toBeVisible();
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

test('more than 20 sessions are shown a page at a time, this one first, and all others are signed out together', async ({
  page,
  baseURL,
}) => {
  const person = await signUpElsewhere(baseURL ?? '');
  await openAccount(page, person);
  for (let round = 0; round < 22; round++)
    await signInElsewhere(baseURL ?? '', person, DEVICES.samsung);
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

test('several others are signed out together once that is confirmed; older events are shown on request', async ({
  page,
  baseURL,
}) => {
  const person = await signUpElsewhere(baseURL ?? '');
  for (let round = 0; round < 9; round++)
    await signInElsewhere(baseURL ?? '', person, DEVICES.samsung);
  await openAccount(page, person);
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
  await expect(events(page).nth(20), 'the focus goes on to what was asked for').toBeFocused();
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
  await expect(events(page).last()).toContainText('Account created');
});

test('a session leaves the list at once, and comes back with a word of why when it was not signed out', async ({
  page,
  baseURL,
  traffic,
}) => {
  traffic.expectConsole(/Failed to load resource/);
  const person = await signUpElsewhere(baseURL ?? '');
  await openAccount(page, person);
  await expect(sessions(page)).toHaveCount(2);
  let fail = () => {};
  const held = new Promise<void>((resolve) => {
    fail = resolve;
  });
  // Nothing can be asked for, so only the page itself can put back what it took out.
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

test('a new password puts the other browser out; this one and its other tab go on undisturbed', async ({
  page,
  context,
  browser,
  time,
  baseURL,
}) => {
  const person = await signUpElsewhere(baseURL ?? '');
  const other = await anotherBrowser(browser, time, baseURL, person);
  await openAccount(page, person);
  const tab = await context.newPage();
  await tab.goto('/account');
  for (const open of [page, tab]) await expect(sessions(open)).toHaveCount(3);
  await tab.getByLabel('Current password', { exact: true }).fill('half typed');
  await Promise.all([keepWatch(page), keepWatch(tab)]);

  await changePassword(page, person.password, NEW_PASSWORD);
  await expect(
    page.getByText('Your password is changed, and your other sessions have ended.'),
  ).toBeVisible();
  await expect(page.getByLabel('Current password', { exact: true })).toHaveValue('');
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  await expect(other.getByText('Your last session was ended. Sign in to go on.')).toBeVisible();
  await other.context().close();
  for (const open of [page, tab]) {
    await expect(sessions(open)).toHaveCount(1);
    await expect(sessions(open)).toContainText('This browser');
    await expect(events(open).filter({ hasText: 'Password changed' })).toHaveCount(1);
    await expect(
      events(open).filter({ hasText: 'Session ended: the password was changed' }),
    ).toHaveCount(2);
    expect(await sawAnotherPage(open)).toBe(false);
  }
  await expect(tab.getByLabel('Current password', { exact: true })).toHaveValue('half typed');

  await tab.getByRole('link', { name: 'Dashboard' }).click();
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});

test('a password that is refused is said at its field, changes nothing, and is kept as an event', async ({
  page,
  baseURL,
  traffic,
  time,
}) => {
  traffic.expectConsole(/status of 40[03]/);
  const person = await signUpElsewhere(baseURL ?? '');
  await openAccount(page, person);
  const [current, chosen] = [
    page.getByLabel('Current password', { exact: true }),
    page.getByLabel('New password', { exact: true }),
  ];
  await expect(current).toHaveAttribute('autocomplete', 'current-password');
  await expect(chosen).toHaveAttribute('autocomplete', 'new-password');
  await expect(
    page
      .getByRole('form', { name: 'Change your password' })
      .locator('input[autocomplete=username]'),
  ).toHaveValue(person.username);
  await page.getByRole('button', { name: 'Show new password' }).click();
  await expect(chosen).toHaveAttribute('type', 'text');

  await changePassword(page, 'wrong', NEW_PASSWORD);
  await expect(current).toHaveAccessibleDescription(/This is not your password\./);
  await expect(current).toBeFocused();
  await changePassword(page, PASSWORD, 'passwordpassword');
  await expect(chosen).toHaveAccessibleDescription(/This is easy to guess\./);
  await expect(chosen).toBeFocused();
  await expect(current).not.toHaveAttribute('aria-invalid');

  // What was only seen is written a moment later.
  await time.pass(1);
  await page.reload();
  await expect(
    events(page).filter({ hasText: 'Password not confirmed: wrong password' }),
  ).toHaveCount(1);
  await expect(events(page).last()).toContainText('Account created');
  await expect(events(page).last()).toContainText('Firefox 128 on Windows 10');
});

test('what cannot be loaded says so, and can be asked for again', async ({ page, traffic }) => {
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

test('"Not me" signs the stranger out and leads to a new password', async ({ page, baseURL }) => {
  const person = await signUpElsewhere(baseURL ?? '');
  await signInElsewhere(baseURL ?? '', person, DEVICES.iphone);
  await openAccount(page, person);
  await page.getByRole('button', { name: /^Safari .* is not me$/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Sign it out and change my password' })
    .click();
  await expect(page.getByText(/^Safari .* is signed out\.$/)).toBeVisible();
  await expect(page.getByText('Change your password now')).toBeVisible();
  await expect(page.getByLabel('Current password', { exact: true })).toBeFocused();
  await page.keyboard.type(person.password);
  await page.getByLabel('New password', { exact: true }).fill('copper willow ninety anchors');
  await page.keyboard.press('Enter');
  await expect(
    page.getByText('Your password is changed, and your other sessions have ended.'),
  ).toBeVisible();
  await expect(page.getByText('Change your password now')).toHaveCount(0);
});

test('"Not me" on an event ends the session it is about, while that lives', async ({
  page,
  baseURL,
}) => {
  const person = await signUpElsewhere(baseURL ?? '');
  await signInElsewhere(baseURL ?? '', person, DEVICES.iphone);
  await openAccount(page, person);
  const events = page.getByRole('list', { name: 'Security events' });
  const stranger = events.getByRole('button', { name: /^Not me: Signed in, Safari/ });
  await expect(stranger).toHaveText('Not me');
  await expect(events.getByRole('button', { name: /Chrome/ })).toHaveCount(0);
  await stranger.click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Sign it out and change my password' })
    .click();
  await expect(page.getByText(/^Safari .* is signed out\.$/)).toBeVisible();
  await expect(page.getByLabel('Current password', { exact: true })).toBeFocused();
  await expect(stranger).toHaveCount(0);
});

test('each session has a history: when it began, and how often its tokens were rotated', async ({
  page,
  baseURL,
}) => {
  const person = await signUpElsewhere(baseURL ?? '');
  await openAccount(page, person);
  await page.getByLabel('History of Firefox 128 on Windows 10').click();
  const row = sessions(page).filter({ hasText: 'Firefox 128' });
  await expect(row.getByRole('list', { name: 'What happened' })).toContainText(
    'Signed in: the first refresh token was issued',
  );
  await expect(row).toContainText('Rotated 0 times so far');
});
