import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { PAGES, VIEWS } from './views.ts';

for (const { colorScheme, width } of VIEWS) {
  test.describe(`${colorScheme}, ${width} px`, () => {
    test.use({ colorScheme, viewport: { width, height: 900 } });
    for (const [name, { open, console }] of Object.entries(PAGES)) {
      test(`${name} has no fault axe can find, and nothing to scroll sideways`, async ({ page, traffic }) => {
        if (console) traffic.expectConsole(console);
        await open(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      });
    }
  });
}
