import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';
import { VIEWS } from './views.ts';

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/**
 * Shows a page that is open in each of its looks, and expects in each that axe finds no fault and
 * that nothing scrolls sideways. axe is loaded into the page once: that takes several times as long
 * as its check.
 *
 * @param further what else must hold in each
 */
export async function expectAccessibleInEveryView(
  page: Page,
  further = async (_view: string) => {},
): Promise<void> {
  await page.evaluate(axe.source);
  for (const { colorScheme, width } of VIEWS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const violations = await page.evaluate(async () => {
      // Colours on their way from one theme to the other are no colours of the page.
      for (const animation of document.getAnimations()) animation.finish();
      return (await window.axe.run(document, { resultTypes: ['violations'] })).violations;
    });
    const faults = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    );
    const overflow = await page.evaluate(() =>
      Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
    );
    const view = `${colorScheme}, ${width} px`;
    expect({ faults, overflow }, view).toEqual({ faults: [], overflow: 0 });
    await further(view);
  }
}
