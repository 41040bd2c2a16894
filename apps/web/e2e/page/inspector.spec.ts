import type { Page } from '@playwright/test';
import { expectAccessibleInEveryView } from '../support/axe.ts';
import { expect, fillSignIn, generation, signIn, signOut, test } from '../support/fixtures.ts';
import { signUpElsewhere } from '../support/users.ts';

const panel = (page: Page) => page.getByRole('region', { name: 'Session inspector' });
const events = (page: Page, kind: string) => panel(page).locator(`li[data-kind="${kind}"]`);
const act = (page: Page, name: string) => panel(page).getByRole('button', { name }).click();

async function openInspector(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Inspector' }).click();
  await expect(panel(page).getByText('Live.')).toBeVisible();
}

test('the inspector loads its panel and sends requests when it is opened, and returns the focus', async ({
  page,
  traffic,
}) => {
  await signIn(page);
  await expect(page.getByRole('button', { name: 'Inspector' })).toBeVisible();
  const loaded = () => traffic.requests.filter((url) => /__inspector|inspector-panel/.test(url));
  expect(loaded()).toEqual([]);
  await openInspector(page);
  expect(loaded()).toEqual([
    expect.stringMatching(/\/assets\/inspector-panel-[\w-]+\.js$/),
    expect.stringMatching(/\/__inspector\/events$/),
  ]);
  await expect(panel(page).getByRole('button', { name: 'Close the inspector' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Inspector' })).toBeFocused();
});

test('the inspector shows the session from its beginning, and the cookies without values', async ({
  page,
  context,
}) => {
  await signIn(page);
  await openInspector(page);
  await expect(events(page, 'issued')).toHaveCount(1);
  const cookies = panel(page).getByRole('list', { name: 'Cookies, as sent' });
  await expect(cookies.getByRole('listitem')).toHaveText([
    'X-Access-Token=…; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict',
    /^X-Refresh-Token=…; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    /^X-Username=…; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  ]);
  // Includes the shadow root of the inspector, which the page's own text leaves out.
  const html = (await page.content()) + (await panel(page).evaluate(({ outerHTML }) => outerHTML));
  expect(html).toContain('X-Refresh-Token');
  for (const { name, value } of await context.cookies())
    if (name !== 'X-Username') expect(html.includes(value), name).toBe(false);
});

test('in the inspector, an expired access token is renewed by the next request', async ({
  page,
  context,
}) => {
  await signIn(page);
  await openInspector(page);
  const before = await generation(page);
  await act(page, 'Expire the access token');
  await expect(events(page, 'dropped')).toHaveCount(1);
  await expect(panel(page).getByRole('timer')).toContainText('none: the next request brings one');
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('X-Access-Token');

  await page.getByRole('button', { name: 'Ask the server' }).click();
  await expect(page.getByText('It said “Hello User!”')).toBeVisible();
  await expect(events(page, 'refreshed')).toHaveCount(1);
  await expect(panel(page).getByTestId('inspector-generation')).toHaveText(String(before + 1));
  await expect(panel(page).getByRole('timer')).toContainText('of 60 s left');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});

test('in the inspector, ten parallel requests without an access token cause one rotation', async ({
  page,
}) => {
  await signIn(page);
  await openInspector(page);
  await act(page, 'Race 10 requests');
  await expect(panel(page).getByText('10 of 10 were answered 200.')).toBeVisible();
  await expect(events(page, 'refreshed').first()).toBeVisible();
  const told = await events(page, 'refreshed').allTextContents();
  expect(told.filter((text) => text.includes('rotated'))).toHaveLength(1);
  expect(told.filter((text) => text.includes('converged'))).toHaveLength(told.length - 1);
  await expect(panel(page).getByTestId('inspector-generation')).toHaveText('1');
});

test('the inspector describes each race by its own requests', async ({ page }) => {
  await signIn(page);
  // Blocks the page's own calls, so that the page does not refresh during the test.
  await page.route('**/trpc/**', () => {});
  await openInspector(page);
  const result = panel(page).getByText(/of 10 were answered 200/);
  await act(page, 'Race 10 requests');
  await expect(result).toHaveText(/^10 of 10 were answered 200\. 1 rotated/);
  const first = await events(page, 'refreshed').allTextContents();
  const converged = first.filter((text) => text.includes('converged')).length;
  expect(await result.textContent()).toContain(
    converged === 0 ? '1 rotated, ' : `1 rotated, ${converged} converged`,
  );

  await act(page, 'Race 10 requests');
  await expect(result).toHaveText(/^10 of 10 were answered 200\. \d+ reissued/);
  await expect(result).not.toContainText('rotated,');
  const reissued = (await events(page, 'refreshed').allTextContents()).filter((text) =>
    text.includes('reissued'),
  ).length;
  await expect(result).toContainText(`${reissued} reissued`);
});

test('the inspector clears the results of a session when the next one begins', async ({
  page,
  server,
  traffic,
}) => {
  traffic.expectConsole(/status of 401/);
  const user = await signUpElsewhere(server.origin);
  await signIn(page, user.username, user.password);
  await openInspector(page);
  await act(page, 'Simulate theft');
  await expect(
    panel(page).getByText('A thief has copied the refresh token of generation 0.').first(),
  ).toBeVisible();
  await signOut(page);
  await expect(panel(page).getByText('The theft is over.')).toBeVisible();
  await fillSignIn(page, user.username, user.password);
  await expect(events(page, 'issued')).toHaveCount(1);
  await expect(panel(page)).not.toContainText('thief');
  await expect(panel(page)).not.toContainText('theft is');
});

test('the inspector shows a detected theft and the reason why the session ended', async ({
  page,
  server,
  traffic,
  time,
}) => {
  traffic.expectConsole(/status of 401/);
  const user = await signUpElsewhere(server.origin);
  await signIn(page, user.username, user.password);
  await openInspector(page);
  await act(page, 'Simulate theft');
  await expect(events(page, 'copied')).toHaveCount(1);
  await expect(panel(page).getByText(/is used up in \d+ s/)).toBeVisible();
  await act(page, 'Simulate theft');
  await expect(
    panel(page).getByText('A theft of this session is already running. (409)'),
  ).toBeVisible();
  await time.passUntil(async () => (await events(page, 'reuse').count()) > 0);
  await expect(events(page, 'reuse')).toHaveCount(1);
  await expect(panel(page).getByRole('status').first()).toContainText(
    'The session is over (reuse). A refresh token was used twice',
  );
  await expect(page.getByRole('dialog', { name: 'Sign in to continue' })).toBeVisible();
  await expect(panel(page).getByRole('timer')).toContainText('no longer of use');
  traffic.expectConsole(/status of 409/);
});

test('the inspector stays open after a sign-out, and follows the next user', async ({ page }) => {
  await signIn(page);
  await openInspector(page);
  await signOut(page);
  await expect(panel(page).getByRole('status').first()).toContainText(
    'The session is over (signed_out). You signed out.',
  );
  await signIn(page, 'bob');
  await openInspector(page);
  await expect(events(page, 'issued')).toHaveCount(1);
});

test('the inspector explains a refused stream, and disables its trials', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/status of 404/);
  await page.route('**/__inspector/events', (route) => route.fulfill({ status: 404, json: {} }));
  await signIn(page);
  await page.getByRole('button', { name: 'Inspector' }).click();
  await expect(panel(page).getByRole('status').first()).toContainText(
    'Check that createInspector is mounted at this path and enabled',
  );
  await expect(panel(page).getByRole('button', { name: 'Simulate theft' })).toBeDisabled();
});

test('the inspector takes no style from the page, and its theme from the app', async ({ page }) => {
  await signIn(page);
  await openInspector(page);
  const styleOf = () =>
    panel(page).evaluate((element) => {
      const { letterSpacing, fontSize, colorScheme, backgroundColor } = getComputedStyle(element);
      return { letterSpacing, fontSize, colorScheme, backgroundColor };
    });
  const light = await styleOf();
  expect(light).toMatchObject({ letterSpacing: 'normal', fontSize: '13px', colorScheme: 'light' });
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { letter-spacing: 2px; font-size: 40px; background: red; }');
    document.adoptedStyleSheets = [sheet];
  });
  expect(await styleOf()).toEqual(light);
  await page.evaluate(() => {
    document.adoptedStyleSheets = [];
  });
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  const dark = await styleOf();
  expect(dark).toMatchObject({ colorScheme: 'dark' });
  expect(dark.backgroundColor).not.toBe(light.backgroundColor);
});

test('the inspector reports that its panel did not load', async ({ page, traffic }) => {
  traffic.expectConsole(/Failed to load resource/);
  await page.route('**/assets/inspector-panel-*.js', (route) => route.abort());
  await signIn(page);
  await page.getByRole('button', { name: 'Inspector' }).click();
  await expect(
    page.getByRole('button', { name: 'The inspector did not load. Reload the page.' }),
  ).toBeVisible();
});

test('the inspector closes its stream on a hidden page', async ({ page }) => {
  await signIn(page);
  await openInspector(page);
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await act(page, 'Expire the access token');
  await expect(panel(page).getByText('The access token is expired.')).toBeVisible();
  await expect(events(page, 'dropped')).toHaveCount(0);
  await page.evaluate(() => {
    Reflect.deleteProperty(document, 'visibilityState');
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect(events(page, 'dropped')).toHaveCount(1);
});

test('the inspector has no axe violation and no horizontal scroll, light and dark, at 390 and 1280 px', async ({
  page,
}) => {
  await signIn(page);
  await openInspector(page);
  await act(page, 'Race 10 requests');
  await expect(panel(page).getByText('10 of 10 were answered 200.')).toBeVisible();
  await expectAccessibleInEveryView(page);
});
