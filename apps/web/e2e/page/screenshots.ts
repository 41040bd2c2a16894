import { fileURLToPath } from 'node:url';
import { test } from '../support/fixtures.ts';
import { VIEWS } from '../support/viewports.ts';
import { PAGES } from '../support/views.ts';

const FOLDER = fileURLToPath(new URL('../../screenshots/', import.meta.url));

for (const { colorScheme, width } of VIEWS) {
  test.describe('screenshots of each page', () => {
    test.use({ colorScheme, viewport: { width, height: width < 600 ? 844 : 900 } });
    for (const [name, { open, console }] of Object.entries(PAGES)) {
      test(`${name}, ${colorScheme}, ${width} px`, async ({ page, traffic, time }) => {
        if (console) traffic.expectConsole(console);
        await open(page, time);
        // Waits until the animations have ended and the ring has moved a little.
        await page.waitForTimeout(700);
        await page.screenshot({
          path: `${FOLDER}${name}-${colorScheme}-${width}.png`,
          fullPage: true,
        });
      });
    }
  });
}
