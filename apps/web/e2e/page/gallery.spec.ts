import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expectAccessibleInEveryView } from '../support/axe.ts';
import { expect, test } from '../support/fixtures.ts';
import { layoutFaults } from '../support/layout-faults.ts';

const WEB = fileURLToPath(new URL('../../', import.meta.url));

test.use({ contextOptions: { reducedMotion: 'reduce' } });

test.describe('the gallery', () => {
  test.use({ baseURL: ({ developmentServer }, use) => use(developmentServer) });

  test('the gallery has no axe violation and no layout fault, light and dark, at 390 and 1280 px', async ({
    page,
  }) => {
    await page.goto('/gallery');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Gallery');
    await expectAccessibleInEveryView(page, async (view) =>
      expect(await page.evaluate(layoutFaults), view).toEqual([]),
    );
  });

  test('the gallery opens and closes dialogs with the focus returned, and shows and removes toasts', async ({
    page,
  }) => {
    await page.goto('/gallery');
    const opener = page.getByRole('button', { name: 'Sign out all others' });
    await opener.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await expect(opener).toBeFocused();
    await opener.click();
    await page.getByRole('button', { name: 'Sign out 3 sessions' }).click();
    await expect(page.getByText('3 sessions have ended.')).toBeVisible();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(page.getByText('3 sessions have ended.')).toHaveCount(0);

    await page.getByRole('button', { name: 'The server is not answering' }).click();
    await page.getByRole('button', { name: 'Try again now' }).click();
    await expect(page.getByRole('button', { name: 'Try again now' })).toHaveCount(0);
  });
});

test('the build leaves the gallery out', async ({ page }) => {
  await page.goto('/gallery');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing here');
  const names = (await readdir(`${WEB}dist`, { recursive: true })).filter((name) =>
    /\.(js|html)$/.test(name),
  );
  expect(names).toContain('index.html');
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(`${WEB}dist/${name}`, 'utf8') })),
  );
  expect(names.filter((name) => name.includes('gallery'))).toEqual([]);
  expect(
    files
      .filter(({ text }) => /Every component in its states|Kitchen laptop/.test(text))
      .map(({ name }) => name),
  ).toEqual([]);
});
