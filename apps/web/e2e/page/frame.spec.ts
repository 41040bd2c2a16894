import type { Page } from '@playwright/test';
import { expect, signIn, test } from '../support/fixtures.ts';

/** The names of what has the focus, one Tab after another. */
async function focusOrder(page: Page, steps: number): Promise<string[]> {
  const names: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press('Tab');
    names.push(
      await page.evaluate(
        () =>
          document.activeElement?.getAttribute('aria-label') ??
          document.activeElement?.textContent?.trim() ??
          '',
      ),
    );
  }
  return names;
}

for (const width of [320, 1280])
  test(`the header's controls have the focus in the order in which they are seen, ${width} px (F22)`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 800 });
    await signIn(page);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
    expect(await focusOrder(page, 5)).toEqual([
      'Skip to the content',
      'Latchkey',
      'Dashboard',
      'Admin',
      'Account of admin',
    ]);
    const boxes = await Promise.all(
      ['Dashboard', 'Admin'].map((name) => page.getByRole('link', { name }).boundingBox()),
    );
    const menu = await page.getByRole('button', { name: 'Account of admin' }).boundingBox();
    for (const box of boxes) expect(box?.x).toBeLessThan(menu?.x ?? 0);
  });

test('the dashboard fits a page of 320 px (F19)', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await signIn(page);
  await expect(page.getByRole('table')).toBeVisible();
  const overhang = await page.evaluate(() =>
    [...document.querySelectorAll('main *')]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth)
      .map((element) => element.tagName),
  );
  expect(overhang).toEqual([]);
});

test('the strip beside the page is as dark as the page behind a dialog (F20)', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await signIn(page);
  await page.goto('/account');
  const strip = () => page.evaluate(() => getComputedStyle(document.documentElement).background);
  const before = await strip();
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(
    'rgba(0, 0, 0, 0)',
  );
  await page.getByRole('button', { name: 'Delete account' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await strip()).not.toBe(before);
});

test('in forced colours buttons have edges, and ticks and the current page are drawn (F14)', async ({
  page,
  time,
}) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await signIn(page);
  await time.pass(61);
  await page.getByRole('button', { name: 'Ask the server' }).click();
  await expect(page.locator('[data-tick]')).toHaveCount(1);
  const seen = await page.evaluate(() => {
    const canvas = getComputedStyle(document.body).backgroundColor;
    const style = (selector: string, pseudo?: string) => {
      const element = document.querySelector(selector);
      return element && getComputedStyle(element, pseudo);
    };
    return {
      edge: style('main button')?.borderTopWidth,
      isTickDrawn: style('[data-tick]')?.backgroundColor !== canvas,
      isPageDrawn: style('[aria-current="page"]', '::after')?.backgroundColor !== canvas,
    };
  });
  expect(seen).toEqual({ edge: '1px', isTickDrawn: true, isPageDrawn: true });
});

test('without scripts the page says so at its top (F13)', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.origin}/sign-in`);
  const box = await page.locator('noscript').boundingBox();
  expect(box?.y).toBeLessThan(100);
  await context.close();
});

test('the first HTML draws the frame of the page, before any script (improvement 18)', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(/ERR_FAILED/);
  await page.route('**/*.js', (route) => route.abort());
  await page.goto('/sign-in', { waitUntil: 'commit' });
  await expect(page.getByRole('banner').getByText('Latchkey')).toBeVisible();
  await expect(page.getByRole('main')).toHaveAttribute('aria-busy', 'true');
});

test('the page has a theme colour, a manifest and a touch icon, and keeps names from translation (F30)', async ({
  page,
  server,
}) => {
  await signIn(page);
  await expect(page.locator('meta[name="theme-color"]')).toHaveCount(2);
  for (const rel of ['manifest', 'apple-touch-icon']) {
    const href = await page.locator(`link[rel="${rel}"]`).getAttribute('href');
    const response = await fetch(server.origin + href);
    expect([rel, response.status]).toEqual([rel, 200]);
  }
  const manifest = await fetch(`${server.origin}/manifest.webmanifest`);
  expect(manifest.headers.get('content-type')).toContain('application/manifest+json');
  await page.goto('/account');
  await page.getByText('Security events').waitFor();
  await page.goto('/admin/users');
  await expect(page.getByRole('table').getByText('bob', { exact: true })).toHaveAttribute(
    'translate',
    'no',
  );
});
