import type { Page } from '@playwright/test';
import {
  ACCESS_TOKEN_SECONDS,
  expect,
  removeKnownSession,
  signIn,
  test,
} from '../support/fixtures.ts';

const NOT_ANSWERING = 'The server is not answering. You stay signed in; trying again.';

const FAILURES = {
  'a lost network': (page: Page) =>
    page.route('**/trpc/**', (route) => route.abort('connectionfailed')),
  'a store outage': (page: Page) =>
    page.route('**/trpc/**', (route) =>
      route.fulfill({
        status: 503,
        json: {
          error: {
            message: 'unavailable',
            code: -32603,
            data: { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, reason: 'store_unavailable' },
          },
        },
      }),
    ),
  'a proxy without a server': (page: Page) =>
    page.route('**/trpc/**', (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
    ),
};

for (const [name, fail] of Object.entries(FAILURES)) {
  test(`${name} shows a banner, and never signs the user out`, async ({ page, traffic, time }) => {
    traffic.expectConsole(/Failed to load resource/);
    await signIn(page);
    await fail(page);
    await time.pass(ACCESS_TOKEN_SECONDS + 1);
    // The page shows the banner only after it has repeated its queries, with increasing waits.
    await time.passUntil(() => page.getByText(NOT_ANSWERING).isVisible());
    await expect(page.getByText(NOT_ANSWERING)).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
    await expect(page.getByRole('timer')).toContainText('0');

    await page.unroute('**/trpc/**');
    await time.passUntil(() => page.getByText(NOT_ANSWERING).isHidden());
    await expect(page.getByText(NOT_ANSWERING)).toBeHidden();
    await expect(page.getByTestId('generation')).not.toHaveText('0');
    await expect(page.getByLabel('Username')).toHaveCount(0);
  });

  test(`${name} at the first load is explained, and the page continues by itself`, async ({
    page,
    traffic,
    time,
  }) => {
    traffic.expectConsole(/Failed to load resource/);
    await signIn(page);
    await removeKnownSession(page);
    await fail(page);
    await page.goto('/');
    const heading = page.getByRole('heading', { level: 1 });
    await time.passUntil(() =>
      heading.filter({ hasText: 'The server is not answering' }).isVisible(),
    );
    await expect(heading).toHaveText('The server is not answering');
    await expect(page.getByLabel('Username')).toHaveCount(0);
    await page.unroute('**/trpc/**');
    await time.passUntil(() => heading.filter({ hasText: 'Hello User!' }).isVisible());
    await expect(heading).toHaveText('Hello User!');
  });
}

test('the page reports a sign-out that did not reach the server', async ({ page, traffic }) => {
  traffic.expectConsole(/Failed to load resource/);
  await signIn(page);
  await page.route('**/trpc/auth.logout**', (route) => route.abort('connectionfailed'));
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('alert')).toContainText('You are still signed in');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
});
