import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';
import { VIEWS } from './viewports.ts';

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/**
 * Expects no axe violation and no horizontal scroll of the open page in each view. axe is loaded
 * into the page once, which takes several times as long as a check.
 *
 * @param further a further check in each view
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
      // Ends the colour transition between the themes, so that axe sees the final colours.
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
