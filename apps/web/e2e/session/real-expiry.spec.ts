import { expect, signInByForm, test } from '../support/fixtures.ts';

/** Runs in real time: the browser itself deletes the access cookie after two seconds. */
test.use({ serverSettings: { accessTokenSeconds: 2 } });
const PATIENCE = { timeout: 30_000 };

test('an idle browser stays signed in through real expiries', async ({
  page,
  context,
  traffic,
}) => {
  await signInByForm(page);
  const first = (await context.cookies()).find(({ name }) => name === 'X-Access-Token');
  await expect(page.getByTestId('ticks').locator('[data-tick="2"]')).toHaveCount(1, PATIENCE);
  await expect(page.getByRole('timer')).toContainText('2', PATIENCE);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
  const cookie = (await context.cookies()).find(({ name }) => name === 'X-Access-Token');
  expect(cookie?.value).not.toBe(first?.value);
  for (const response of traffic.responses)
    expect(response.status(), response.url()).toBeLessThan(400);
});
