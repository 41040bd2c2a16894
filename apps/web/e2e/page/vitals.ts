import type { Page } from '@playwright/test';
import { fillSignIn, test } from '../support/fixtures.ts';

// Uses the browser's own clock for the measurements.
test.use({ movesPageTime: false });

interface Vitals {
  lcp: number;
  cls: number;
  inp: number;
}

/**
 * Records the Web Vitals of the page from its first byte on: LCP, CLS, and the slowest interaction.
 */
async function observe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const vitals = Object.assign(window, { vitals: { lcp: 0, cls: 0, inp: 0 } }).vitals;
    const watch = (type: string, note: (entry: PerformanceEntry) => void, options = {}) =>
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({
        type,
        buffered: true,
        ...options,
      });
    watch('largest-contentful-paint', ({ startTime }) => {
      vitals.lcp = startTime;
    });
    watch('layout-shift', (entry) => {
      const { value, hadRecentInput } = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      };
      if (!hadRecentInput) vitals.cls += value;
    });
    watch(
      'event',
      ({ duration }) => {
        vitals.inp = Math.max(vitals.inp, duration);
      },
      { durationThreshold: 16 },
    );
  });
}

const SCENES: Record<string, (page: Page) => Promise<void>> = {
  'sign-in': async (page) => {
    await page.goto('/sign-in');
    await page.getByLabel('Username').click();
    await page.keyboard.type('admin');
    await page.getByRole('button', { name: 'Show password' }).click();
  },
  dashboard: async (page) => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Ask the server' }).click();
    await page.getByRole('button', { name: /^Account of/ }).click();
  },
  account: async (page) => {
    await page.goto('/account');
    await page.getByLabel('New password', { exact: true }).click();
    await page.keyboard.type('a few words');
  },
  'admin users': async (page) => {
    await page.goto('/admin/users');
    await page.getByLabel('Find a username').click();
    await page.keyboard.type('bob');
  },
};

for (const width of [390, 1280]) {
  test.describe(`Web Vitals at ${width} px`, () => {
    test.use({ viewport: { width, height: 900 } });
    for (const [name, play] of Object.entries(SCENES)) {
      test(name, async ({ page }) => {
        if (name !== 'sign-in') {
          await page.goto('/sign-in');
          await fillSignIn(page, 'admin');
          await page.getByRole('button', { name: /^Account of/ }).waitFor();
        }
        await observe(page);
        await play(page);
        await page.waitForTimeout(1_000);
        const { lcp, cls, inp }: Vitals = await page.evaluate(() => Reflect.get(window, 'vitals'));
        console.log(
          `${name.padEnd(12)} ${String(width).padStart(4)} px   LCP ${lcp.toFixed(0).padStart(5)} ms   CLS ${cls.toFixed(3)}   INP ${inp.toFixed(0).padStart(4)} ms`,
        );
      });
    }
  });
}
