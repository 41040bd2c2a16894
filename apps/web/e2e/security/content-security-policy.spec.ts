import type { Page } from '@playwright/test';
import { expect, signIn, test } from '../support/fixtures.ts';

/**
 * Records the violations of the CSP. Each is also an error in the console, at which the fixture
 * fails.
 */
async function watchViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seenViolations: seen });
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      seen.push(`${effectiveDirective} ${blockedURI}`),
    );
  });
  return () =>
    page.evaluate(() => (window as unknown as { seenViolations: string[] }).seenViolations);
}

test('every page is shown without a violation of its CSP', async ({ page }) => {
  const violations = await watchViolations(page);
  await signIn(page);
  for (const path of ['/', '/account', '/admin', '/no/such/page', '/scalar']) {
    await page.goto(path);
    await expect(page.getByRole('heading').first()).toBeVisible();
    /** The API reference tries eval, and works without it. */
    expect(await violations(), path).toEqual(path === '/scalar' ? ['script-src eval'] : []);
  }
});

test('the CSP blocks and reports injected scripts', async ({ page, traffic }) => {
  traffic.expectConsole(/Content Security Policy/);
  const violations = await watchViolations(page);
  await page.goto('/sign-in');
  await expect(page.getByLabel('Username')).toBeVisible();
  const ran = await page.evaluate(async () => {
    const blocked = new Promise<void>((resolve) => {
      const directives = new Set<string>();
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        if (directives.add(effectiveDirective).size === 2) resolve();
      });
    });
    const host = document.createElement('div');
    host.innerHTML =
      '<img src="data:," onerror="window.injected = 1"><iframe srcdoc="<script>parent.injected = 1</script>"></iframe>';
    document.body.append(host);
    const later = document.createElement('div');
    later.innerHTML = '<a href="javascript:window.injected = 1">x</a>';
    document.body.append(later);
    (later.firstElementChild as HTMLElement).click();
    // The inline handler and the javascript: link are both reported; the frame has loaded without
    // running its script.
    const frame = host.querySelector('iframe') as HTMLIFrameElement;
    await Promise.all([
      blocked,
      new Promise((resolve) =>
        frame.contentDocument?.readyState === 'complete'
          ? resolve(null)
          : frame.addEventListener('load', resolve),
      ),
    ]);
    return 'injected' in window;
  });
  expect(ran).toBe(false);
  expect(await violations()).toContain('script-src-attr inline');
});
