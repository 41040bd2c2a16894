import type { Page } from '@playwright/test';
import {
  ACCESS_TOKEN_SECONDS,
  expect,
  generation,
  signIn,
  signInByForm,
  test,
} from '../support/fixtures.ts';

/**
 * Seconds until just after the expiry of an access token: each tab refreshes within half a second
 * of the expiry.
 */
const LIFETIME = ACCESS_TOKEN_SECONDS + 1;

/**
 * Leaves a mark in the page that a reload would delete, and records whether a password field was
 * ever shown.
 */
async function keepWatch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = Object.assign(window, { mark: 'here', sawSignIn: false });
    new MutationObserver(() => {
      if (document.querySelector('input[type=password]')) watched.sawSignIn = true;
    }).observe(document.body, { childList: true, subtree: true });
  });
}

async function expectUndisturbed(page: Page): Promise<void> {
  expect(
    await page.evaluate(() => ({
      mark: Reflect.get(window, 'mark'),
      sawSignIn: Reflect.get(window, 'sawSignIn'),
    })),
  ).toEqual({
    mark: 'here',
    sawSignIn: false,
  });
}

test('a signed-in user notices nothing when an access token expires', async ({
  page,
  traffic,
  time,
}) => {
  await signInByForm(page);
  await expect(page.getByTestId('generation')).toHaveText('0');
  await keepWatch(page);

  for (let round = 0; round < 3; round++) {
    await time.pass(LIFETIME);
    await page.getByRole('button', { name: 'Ask the server' }).click();
    await expect(page.getByText(/It said “Hello User!” after \d+ ms/)).toBeVisible();
    await page.getByRole('link', { name: 'Admin' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
  }

  await expectUndisturbed(page);
  expect(await generation(page)).toBeGreaterThanOrEqual(2);
  for (const response of traffic.responses) {
    expect(response.status(), response.url()).toBeLessThan(400);
    // A streamed batch answers 200 even if its calls failed, so its content is checked.
    if (response.url().includes('/trpc/'))
      expect(await response.text().catch(() => ''), response.url()).not.toContain(
        '"httpStatus":401',
      );
  }
});

test('an idle page renews its expired access token: the ring fills, a tick and a log line appear', async ({
  page,
  time,
}) => {
  await signIn(page);
  await keepWatch(page);
  await expect(page.getByTestId('ticks').locator('[data-tick]')).toHaveCount(0);

  await time.pass(ACCESS_TOKEN_SECONDS / 2);
  expect(
    Number.parseInt((await page.getByRole('timer').textContent()) ?? '', 10),
  ).toBeLessThanOrEqual(ACCESS_TOKEN_SECONDS / 2);
  await expect(page.getByTestId('generation')).toHaveText('0');
  await time.pass(ACCESS_TOKEN_SECONDS / 2 + 1);
  await expect(page.getByTestId('ticks').locator('[data-tick="1"]')).toHaveCount(1);
  await expect(
    page.getByTestId('rotation-log').getByText('Access and refresh token renewed.'),
  ).toHaveCount(1);
  await expect(page.getByTestId('generation')).toHaveText('1');
  expect(Number.parseInt((await page.getByRole('timer').textContent()) ?? '', 10)).toBeGreaterThan(
    30,
  );

  await time.pass(LIFETIME);
  await expect(page.getByTestId('ticks').locator('[data-tick="2"]')).toHaveCount(1);
  await expectUndisturbed(page);
});

/** Returns the drawn share of the ring that is empty, from 0 to 1. */
const spent = (page: Page) =>
  page
    .locator('.token-ring')
    .evaluate((ring) => Number.parseFloat(getComputedStyle(ring).strokeDashoffset));

for (const reducedMotion of ['no-preference', 'reduce'] as const)
  test(`the token ring steps each second and is still in between (${reducedMotion})`, async ({
    page,
    time,
  }) => {
    await page.emulateMedia({ reducedMotion });
    await signIn(page);
    for (const passed of [20, 20, 15]) {
      await time.pass(passed);
      const shown = Number.parseInt((await page.getByRole('timer').textContent()) ?? '', 10);
      expect(
        Math.abs((await spent(page)) - (1 - shown / ACCESS_TOKEN_SECONDS)),
      ).toBeLessThanOrEqual(2 / ACCESS_TOKEN_SECONDS);
      await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
    }
    expect(
      Number.parseInt((await page.getByRole('timer').textContent()) ?? '', 10),
    ).toBeLessThanOrEqual(5);
  });

for (const [reducedMotion, moves] of [
  ['no-preference', 180],
  ['reduce', null],
] as const)
  test(`a renewed token ring fills ${moves ? `in ${moves} ms` : 'without an animation for reduced motion'}`, async ({
    page,
    time,
  }) => {
    await page.emulateMedia({ reducedMotion });
    await signIn(page);
    await time.pass(ACCESS_TOKEN_SECONDS / 2);
    await expect.poll(() => spent(page)).toBeGreaterThan(0.4);
    const moved = page.locator('.token-ring').evaluate(
      (ring) =>
        new Promise<number | null>((resolve) => {
          ring.addEventListener('transitionrun', () =>
            resolve(Number(ring.getAnimations()[0]?.effect?.getTiming().duration)),
          );
          new MutationObserver(() => {
            // This frame is long after the new style was applied, so a transition would have begun.
            const isFull = Number.parseFloat((ring as SVGElement).style.strokeDashoffset) < 0.1;
            if (isFull)
              requestAnimationFrame(() =>
                requestAnimationFrame(() => requestAnimationFrame(() => resolve(null))),
              );
          }).observe(ring, { attributes: true });
        }),
    );
    await page.getByRole('button', { name: 'Refresh now' }).click();
    expect(await moved).toBe(moves);
    await expect.poll(() => spent(page)).toBeLessThan(0.1);
  });

test('a manual refresh renews the access token at once', async ({ page }) => {
  await signIn(page);
  await page.getByRole('button', { name: 'Refresh now' }).click();
  await expect(page.getByText('Done: the browser holds a new access token.')).toBeVisible();
  await expect(page.getByTestId('generation')).toHaveText('1');
  await expect(page.getByTestId('rotation-log').getByRole('listitem').first()).toContainText(
    'Access and refresh token renewed.',
  );
});

test('two tabs stay signed in past the expiry of an access token', async ({
  context,
  traffic,
  time,
}) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await signIn(first);
  await second.goto('/');
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
  await Promise.all([keepWatch(first), keepWatch(second)]);

  for (let round = 0; round < 4; round++) {
    await time.pass(LIFETIME);
    await Promise.all(
      [first, second].map((page) => page.getByRole('button', { name: 'Ask the server' }).click()),
    );
    for (const page of [first, second])
      await expect(page.getByText(/It said “Hello User!”/)).toBeVisible();
  }

  await Promise.all([expectUndisturbed(first), expectUndisturbed(second)]);
  expect(await generation(first)).toBeGreaterThanOrEqual(3);
  for (const response of traffic.responses)
    expect(response.status(), response.url()).toBeLessThan(400);
});

test('no script in a page can read a token', async ({ page, context, time }) => {
  await signInByForm(page);
  await time.pass(LIFETIME);
  await expect(page.getByTestId('generation')).toHaveText('1');
  const cookies = await context.cookies();
  expect(cookies.map(({ name }) => name).sort()).toEqual([
    'X-Access-Token',
    'X-Device',
    'X-Refresh-Token',
    'X-Username',
  ]);
  for (const cookie of cookies)
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });

  const reachable = await page.evaluate(async () => ({
    cookie: document.cookie,
    stores: JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    page: document.documentElement.outerHTML,
  }));
  expect(reachable).toMatchObject({ cookie: '', databases: [], caches: [] });
  for (const { name, value } of cookies.filter((cookie) => cookie.name !== 'X-Username')) {
    expect(reachable.stores.includes(value), `${name} in a store`).toBe(false);
    expect(reachable.page.includes(value), `${name} in the page`).toBe(false);
  }
});

test('the session card shows the cookies as the server sets them', async ({ page }) => {
  await signIn(page);
  const row = page.getByRole('row', { name: /X-Access-Token/ });
  await expect(row.getByRole('cell')).toHaveText(['yes', 'yes', 'Strict', '/', '1 minute']);
  await expect(page.getByRole('row', { name: /X-Refresh-Token/ }).getByRole('cell')).toHaveText([
    'yes',
    'yes',
    'Strict',
    '/',
    '7 days',
  ]);
});
