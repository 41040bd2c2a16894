import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';
import { createServer } from 'vite';
import { expectAccessibleInEveryView } from './axe.ts';
import { test as built, expect } from './fixtures.ts';
import { layoutFaults } from './layout-faults.ts';

const WEB = fileURLToPath(new URL('../', import.meta.url));

/** The development server, which alone has this page. */
const test = base.extend<{ complaints: string[] }, { root: string; development: string }>({
  root: [WEB, { option: true, scope: 'worker' }],
  development: [
    async ({ root }, use) => {
      const server = await createServer({ root, configFile: `${root}vite.config.ts`, logLevel: 'error', server: { port: 0, strictPort: false } });
      await server.listen();
      await use(server.resolvedUrls?.local[0] ?? '');
      await server.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: ({ development }, use) => use(development),
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

test.use({ contextOptions: { reducedMotion: 'reduce' } });

test('the gallery has no fault that axe finds and no layout fault, light and dark, at 390 and 1280 px', async ({ page }) => {
  await page.goto('/gallery');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Gallery');
  await expectAccessibleInEveryView(page, async (view) => expect(await page.evaluate(layoutFaults), view).toEqual([]));
});

test('what lies over a page opens, closes, and gives the focus back; toasts come and go', async ({ page }) => {
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

built('the build has no such page, and nothing of it', async ({ page }) => {
  await page.goto('/gallery');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing here');
  const names = (await readdir(`${WEB}dist`, { recursive: true })).filter((name) => /\.(js|html)$/.test(name));
  expect(names).toContain('index.html');
  const files = await Promise.all(names.map(async (name) => ({ name, text: await readFile(`${WEB}dist/${name}`, 'utf8') })));
  expect(names.filter((name) => name.includes('gallery'))).toEqual([]);
  expect(files.filter(({ text }) => /Every component in its states|Kitchen laptop/.test(text)).map(({ name }) => name)).toEqual([]);
});
