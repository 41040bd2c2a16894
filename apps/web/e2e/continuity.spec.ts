import type { Page } from '@playwright/test';
import { ACCESS_TOKEN_SECONDS, expect, generation, signIn, test } from './fixtures.ts';

const LIFETIME = ACCESS_TOKEN_SECONDS * 1000;

/** Leaves a mark a reload would wipe out, and notes whether a password field ever came into sight. */
async function keepWatch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = Object.assign(window, { mark: 'here', sawSignIn: false });
    new MutationObserver(() => {
      if (document.querySelector('input[type=password]')) watched.sawSignIn = true;
    }).observe(document.body, { childList: true, subtree: true });
  });
}

async function expectUndisturbed(page: Page): Promise<void> {
  expect(await page.evaluate(() => ({ mark: Reflect.get(window, 'mark'), sawSignIn: Reflect.get(window, 'sawSignIn') }))).toEqual({
    mark: 'here',
    sawSignIn: false,
  });
}

test('someone who signed in once notices nothing of several expired access tokens', async ({ page, traffic }) => {
  await signIn(page);
  await expect(page.getByTestId('generation')).toHaveText('0');
  await keepWatch(page);

  for (let round = 0; round < 3; round++) {
    await page.waitForTimeout(LIFETIME);
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
    // A streamed batch answers 200 whatever its calls came to.
    if (response.url().includes('/trpc/')) expect(await response.text().catch(() => ''), response.url()).not.toContain('"httpStatus":401');
  }
});

test('left alone, the page renews its access token as it runs out: the ring snaps full, a tick and a line appear', async ({ page }) => {
  await signIn(page);
  await keepWatch(page);
  await expect(page.getByTestId('ticks').locator('[data-tick]')).toHaveCount(0);

  await expect(page.getByTestId('ticks').locator('[data-tick="1"]')).toHaveCount(1, { timeout: LIFETIME * 2 });
  await expect(page.getByTestId('rotation-log').getByText('Access and refresh token renewed.')).toHaveCount(1);
  await expect(page.getByTestId('generation')).toHaveText('1');
  await expect(page.getByRole('timer')).toContainText(String(ACCESS_TOKEN_SECONDS));

  await expect(page.getByTestId('ticks').locator('[data-tick="2"]')).toHaveCount(1, { timeout: LIFETIME * 2 });
  await expectUndisturbed(page);
});

interface RingSample {
  readonly shown: number;
  readonly spent: number;
  readonly animated: boolean;
}

/** Runs in the page: what ring and number show, at every frame of one lifetime. */
function sampleRing(milliseconds: number): Promise<RingSample[]> {
  const samples: RingSample[] = [];
  const end = performance.now() + milliseconds;
  return new Promise((resolve) => {
    requestAnimationFrame(function sample() {
      const ring = document.querySelector('.token-ring');
      const shown = Number.parseInt(document.querySelector('[role=timer]')?.textContent ?? '', 10);
      const spent = ring ? Number.parseFloat(getComputedStyle(ring).strokeDashoffset) : Number.NaN;
      if (shown > 0) samples.push({ shown, spent, animated: (ring?.getAnimations().length ?? 0) > 0 });
      if (performance.now() < end) requestAnimationFrame(sample);
      else resolve(samples);
    });
  });
}

for (const reducedMotion of ['no-preference', 'reduce'] as const) {
  test(`the ring empties with the token (prefers-reduced-motion: ${reducedMotion})`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion });
    await signIn(page);
    const samples = await page.evaluate(sampleRing, LIFETIME);
    // What is shown is the seconds left, rounded up. A stalled machine may catch a few samples between the ring and its number.
    const agreeing = samples.filter(({ shown, spent }) => {
      const least = 1 - shown / ACCESS_TOKEN_SECONDS;
      return spent > least - 0.1 && spent < least + 1 / ACCESS_TOKEN_SECONDS + 0.1;
    });
    expect(new Set(samples.map(({ shown }) => shown))).toEqual(new Set([1, 2]));
    expect(agreeing.length / samples.length).toBeGreaterThan(0.8);
    expect(samples.some(({ animated }) => animated)).toBe(reducedMotion === 'no-preference');
  });
}

test('a refresh by hand renews at once', async ({ page }) => {
  await signIn(page);
  await page.getByRole('button', { name: 'Refresh now' }).click();
  await expect(page.getByText('Done: the browser holds a new access token.')).toBeVisible();
  await expect(page.getByTestId('generation')).toHaveText('1');
  await expect(page.getByTestId('rotation-log').getByRole('listitem').first()).toContainText('Access and refresh token renewed.');
});

test('two tabs both stay in', async ({ context, traffic }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await signIn(first);
  await second.goto('/');
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
  await Promise.all([keepWatch(first), keepWatch(second)]);

  for (let round = 0; round < 4; round++) {
    await first.waitForTimeout(LIFETIME * 0.9);
    await Promise.all([first, second].map((page) => page.getByRole('button', { name: 'Ask the server' }).click()));
    for (const page of [first, second]) await expect(page.getByText(/It said “Hello User!”/)).toBeVisible();
  }

  await Promise.all([expectUndisturbed(first), expectUndisturbed(second)]);
  expect(await generation(first)).toBeGreaterThanOrEqual(3);
  for (const response of traffic.responses) expect(response.status(), response.url()).toBeLessThan(400);
});

test('no script can get at a token', async ({ page, context }) => {
  await signIn(page);
  await page.waitForTimeout(LIFETIME * 1.5);

  // Between an expiry and the refresh that answers it, the browser has dropped the access cookie.
  let cookies = await context.cookies();
  const names = async () => {
    cookies = await context.cookies();
    return cookies.map(({ name }) => name).sort();
  };
  await expect.poll(names).toEqual(['X-Access-Token', 'X-Device', 'X-Refresh-Token', 'X-Username']);
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });

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
  await expect(row.getByRole('cell')).toHaveText(['yes', 'yes', 'Strict', '/', '2 seconds']);
  await expect(page.getByRole('row', { name: /X-Refresh-Token/ }).getByRole('cell')).toHaveText(['yes', 'yes', 'Strict', '/', '7 days']);
});
