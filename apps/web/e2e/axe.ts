import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { VIEWS } from './views.ts';

/**
 * Shows a page that is open in each of its looks, and expects in each that axe finds no fault and that nothing scrolls sideways. In axe's legacy mode
 * results are read in the page itself, without another page for each run; it only lacks frames of other origins, of which there are none.
 *
 * @param further what else must hold in each
 */
export async function expectAccessibleInEveryView(page: Page, further = async (_view: string) => {}): Promise<void> {
  for (const { colorScheme, width } of VIEWS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      .options({ resultTypes: ['violations'] })
      .analyze();
    const faults = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    const overflow = await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
    const view = `${colorScheme}, ${width} px`;
    expect({ faults, overflow }, view).toEqual({ faults: [], overflow: 0 });
    await further(view);
  }
}
