import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expectAccessibleInEveryView } from '../support/axe.ts';
import { expect, fillSignIn, generation, signIn, signOut, test } from '../support/fixtures.ts';
import { signUpElsewhere } from '../support/users.ts';

const panel = (page: Page) => page.getByRole('region', { name: 'Session inspector' });
const events = (page: Page, kind: string) => panel(page).locator(`li[data-kind="${kind}"]`);
const act = (page: Page, name: string) => panel(page).getByRole('button', { name }).click();
const told = (page: Page) => panel(page).getByTestId('inspector-story');
const opener = (page: Page) => page.getByRole('button', { name: 'Inspector', exact: true });
/** The ring of the dashboard. */
const ring = (page: Page) => page.getByRole('main').getByRole('timer');

async function openInspector(page: Page): Promise<void> {
  await opener(page).click();
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

test('F6: an expired access token is renewed by the next request, and the page and the inspector agree', async ({
  page,
  context,
}) => {
  await signIn(page);
  await openInspector(page);
  const before = await generation(page);
  await act(page, 'Expire the access token');
  await expect(events(page, 'dropped')).toHaveCount(1);
  await expect(panel(page).getByRole('timer')).toContainText('none: the next request brings one');
  await expect(ring(page)).toHaveText('None: the next request brings one.');
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('X-Access-Token');

  await page.getByRole('button', { name: 'Ask the server' }).click();
  await expect(page.getByText('It said “Hello User!”')).toBeVisible();
  await expect(events(page, 'refreshed')).toHaveCount(1);
  await expect(panel(page).getByTestId('inspector-generation')).toHaveText(String(before + 1));
  await expect(panel(page).getByRole('timer')).toContainText('of 60 s left');
  await expect(ring(page)).toContainText('seconds left');
  await expect(told(page)).toHaveText('Refreshes in these events: 1 rotated.');
  await expect(events(page, 'refreshed')).toContainText(
    'Set-Cookie: X-Access-Token, X-Refresh-Token, X-Username',
  );
});

test('F4: the inspector describes each race by its own requests, also soon after a rotation', async ({
  page,
}) => {
  await signIn(page);
  // Blocks the page's own calls, so that the page does not refresh during the test.
  await page.route('**/trpc/**', () => {});
  await openInspector(page);
  const result = panel(page).getByText(/of 10 were answered 200/);
  const counts = async () =>
    Promise.all(
      (await events(page, 'refreshed').all()).map(async (line) => ({
        decision: /\((\w+)\)/.exec((await line.textContent()) ?? '')?.[1],
        count: Number(await line.getAttribute('data-count')),
      })),
    );
  let all = 0;
  for (const generation of [1, 2]) {
    await act(page, 'Race 10 requests');
    await expect(panel(page).getByTestId('inspector-generation')).toHaveText(String(generation));
    await expect(result).toHaveText(/^10 of 10 were answered 200\. 1 rotated .*, \d converged /);
    const text = (await result.textContent()) ?? '';
    const inText = (words: string) => Number(new RegExp(`(\\d+) ${words}`).exec(text)?.[1] ?? 0);
    const converged = inText('converged');
    // A browser sends the last of the requests after the first answer, if it is slow.
    expect(converged + inText('sent with the new access token')).toBe(9);
    await expect
      .poll(async () => (await counts()).slice(-2))
      .toEqual([
        { decision: 'rotated', count: 1 },
        { decision: 'converged', count: converged },
      ]);
    all += converged;
  }
  await expect(told(page)).toHaveText(`Refreshes in these events: 2 rotated, ${all} joined.`);
  await expect(events(page, 'skipped')).toHaveCount(1);
});

test('F4: without a skip, the inspector says that a race soon after a rotation was reissued', async ({
  page,
}) => {
  await page.route('**/__inspector/settle', (route) => route.fulfill({ json: { events: [] } }));
  await signIn(page);
  await page.route('**/trpc/**', () => {});
  await openInspector(page);
  for (const words of [/ 1 rotated/, / \d+ reissued/]) {
    await act(page, 'Race 10 requests');
    await expect(panel(page).getByText(/of 10 were answered 200/)).toContainText(words);
  }
  await expect(events(page, 'refreshed').last()).toContainText(/\d+ × .*\(reissued\)/);
});

test('F5: the inspector clears the results of a session when the next one begins, and keeps its story', async ({
  page,
  server,
  traffic,
}) => {
  traffic.expectConsole(/status of 401/);
  const user = await signUpElsewhere(server.origin);
  await signIn(page, user.username, user.password);
  await openInspector(page);
  await act(page, 'Simulate theft');
  await expect(told(page)).toContainText('A thief copied refresh token 0.');
  await signOut(page);
  await expect(panel(page).getByRole('status').first()).toContainText('The session is over');
  await fillSignIn(page, user.username, user.password);
  await act(page, 'This session');
  await expect(events(page, 'issued')).toHaveCount(1);
  await expect(panel(page).locator('.result')).toBeEmpty();
  await expect(told(page)).not.toContainText('thief');
  await expect(panel(page).getByRole('list', { name: 'Events' })).not.toContainText('thief');
  await expect(panel(page).getByRole('button', { name: 'Skip the wait' })).toHaveCount(0);
});

test('F5: a theft is caught, and can be read and exported after the next sign-in and a reload', async ({
  page,
  server,
  traffic,
  time,
}) => {
  traffic.expectConsole(/status of 40[19]/);
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
  await act(page, 'Skip the wait');
  await expect(events(page, 'skipped')).toHaveCount(1);
  await time.passUntil(async () => (await events(page, 'reuse').count()) > 0);
  await expect(panel(page).getByRole('status').first()).toContainText(
    'The session is over (reuse). A refresh token was used twice',
  );
  const dialog = page.getByRole('dialog', { name: 'Sign in to continue' });
  await expect(dialog).toBeVisible();
  await expect(panel(page).getByRole('timer')).toHaveCount(0);

  await dialog.getByLabel('Password', { exact: true }).fill(user.password);
  await dialog.getByLabel('Password', { exact: true }).press('Enter');
  await expect(panel(page).getByText('Live.')).toBeVisible();
  const expectStory = async () => {
    const earlier = panel(page).getByRole('button', { name: /^Session \S{8}… ended by reuse — / });
    const count = Number(/(\d+) events$/.exec((await earlier.textContent()) ?? '')?.[1]);
    await earlier.click();
    await expect(told(page)).toHaveText(
      'A thief copied refresh token 0. The thief used the copy, so the session went on to token 1. ' +
        'Then the thief presented token 0 again. A token that comes back after its successor is in ' +
        'use has two holders. The server cannot tell which one is the thief, so it ended ' +
        'all 2 sessions of this user.',
    );
    await expect(
      panel(page).getByTestId('inspector-picture').locator('[data-kind="caught"]'),
    ).toHaveCount(1);
    const download = page.waitForEvent('download');
    await act(page, 'Export');
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^latchkey-session-\S{8}\.json$/);
    const exported = JSON.parse(await readFile(await file.path(), 'utf8'));
    expect(exported.end.cause).toBe('reuse');
    expect(exported.events).toHaveLength(count);
  };
  await expectStory();
  await page.reload();
  await expect(panel(page).getByText('Live.')).toBeVisible();
  await expectStory();
});

test('F26: the inspector stays open after a sign-out without a bar, and follows the next user', async ({
  page,
}) => {
  await signIn(page);
  await openInspector(page);
  await signOut(page);
  await expect(panel(page).getByRole('status').first()).toContainText(
    'The session is over (signed_out). You signed out.',
  );
  await expect(panel(page).getByRole('timer')).toHaveCount(0);
  await expect(panel(page)).not.toContainText('no longer of use');
  await expect(panel(page)).toContainText('No session: sign in to watch one.');
  await signIn(page, 'bob');
  await expect(panel(page).getByText('Live.')).toBeVisible();
  await expect(events(page, 'issued')).toHaveCount(1);
});

test('F21: the button and the docked inspector cover no control of the page', async ({ page }) => {
  await signIn(page);
  const covered = () =>
    page.evaluate(async () => {
      const controls = [
        ...document.querySelectorAll('header a, header button, main a, main button, footer a'),
      ];
      const isHit = (control: Element) => {
        control.scrollIntoView({ block: 'end' });
        const { left, right, top, height } = control.getBoundingClientRect();
        return [left + 4, (left + right) / 2, right - 4].every((x) => {
          const hit = document.elementFromPoint(x, top + height / 2);
          return hit !== null && control.contains(hit);
        });
      };
      return controls
        .filter((one) => one.checkVisibility() && !isHit(one))
        .map(({ textContent }) => textContent);
    });
  for (const [width, height] of [
    [1280, 650],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect(opener(page)).toBeVisible();
    await page.evaluate(() => scrollTo(0, 0));
    const button = await opener(page).boundingBox();
    const footer = await page.getByRole('contentinfo').boundingBox();
    expect(button?.y).toBeGreaterThanOrEqual((footer?.y ?? 0) + (footer?.height ?? 0));
    expect(await covered()).toEqual([]);
    await openInspector(page);
    expect(await covered()).toEqual([]);
    const box = await panel(page).boundingBox();
    expect(box?.height).toBeLessThan(height / 2);
    await page.getByRole('button', { name: 'Close the inspector' }).click();
  }
});

test('F21: the inspector is moved and resized by pointer and by keyboard, and remembers its place', async ({
  page,
}) => {
  await signIn(page);
  await openInspector(page);
  const box = async () => (await panel(page).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const before = await box();
  await page.getByRole('separator', { name: 'Height of the inspector' }).focus();
  await page.keyboard.press('ArrowUp');
  await expect.poll(box).toMatchObject({ height: before.height + 24 });

  await act(page, 'Show as a window');
  const window = await box();
  await page.getByRole('button', { name: 'Move by arrow keys' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect.poll(box).toMatchObject({ x: window.x + 24, y: window.y + 24 });
  await page.getByRole('button', { name: 'Resize by arrow keys' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(box).toMatchObject({ width: window.width - 24 });

  await page.getByRole('heading', { name: 'Session inspector' }).hover();
  await page.mouse.down();
  await page.mouse.move(window.x + 300, window.y + 120, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await box()).x).toBeGreaterThan(window.x + 100);
  const last = await box();
  await page.reload();
  await expect(panel(page).getByText('Live.')).toBeVisible();
  expect(await box()).toEqual(last);

  await act(page, 'Dock to the lower edge');
  await expect.poll(box).toMatchObject({ height: before.height + 24, x: 0 });
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(opener(page)).toBeVisible();
  await expect(panel(page)).toHaveCount(0);
});

test('the log of the inspector is filtered, paused and cleared', async ({ page }) => {
  await signIn(page);
  await openInspector(page);
  await act(page, 'Race 10 requests');
  await expect(panel(page).getByText('10 of 10 were answered 200.')).toBeVisible();
  const filter = panel(page).getByRole('searchbox', { name: 'Filter the events' });
  await filter.fill('Signed in');
  await expect(panel(page).getByRole('listitem').filter({ hasText: 'converged' })).toHaveCount(0);
  await filter.fill('nothing like this');
  await expect(panel(page).getByText('No event contains this text.')).toBeVisible();
  await filter.fill('');
  await act(page, 'Pause');
  const shown = await events(page, 'refreshed').count();
  await act(page, 'Race 10 requests');
  await expect(panel(page).getByTestId('inspector-generation')).toHaveText('2');
  await expect(events(page, 'refreshed')).toHaveCount(shown);
  await act(page, 'Pause');
  await expect(events(page, 'refreshed').last()).toContainText('token 2');
  await act(page, 'Clear');
  await expect(panel(page).getByText('Nothing yet.')).toBeVisible();
});

test('the inspector is used by keyboard alone, and says how each trial works', async ({ page }) => {
  await signIn(page);
  await opener(page).focus();
  await page.keyboard.press('Enter');
  await expect(panel(page).getByRole('button', { name: 'Close the inspector' })).toBeFocused();
  const untilFocused = async (name: string) => {
    for (let key = 0; key < 30; key++) {
      await page.keyboard.press('Tab');
      const focused = panel(page).getByText(name, { exact: true });
      if (
        await focused.evaluate(
          (element) => element === (element.getRootNode() as ShadowRoot).activeElement,
        )
      )
        return;
    }
    throw new Error(`${name} did not get the focus`);
  };
  await untilFocused('Expire the access token');
  await page.keyboard.press('Enter');
  await expect(events(page, 'dropped')).toHaveCount(1);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(
    panel(page).getByText('The browser forgets its access token and keeps'),
  ).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(opener(page)).toBeFocused();
});

test('the inspector explains a refused stream, and disables its trials', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/status of 404/);
  await page.route('**/__inspector/events', (route) => route.fulfill({ status: 404, json: {} }));
  await signIn(page);
  await opener(page).click();
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
  await opener(page).click();
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
