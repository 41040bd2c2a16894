import type { Page } from '@playwright/test';
import { ACCESS_TOKEN_SECONDS, expect, fillSignIn, signIn, signOut, test } from './fixtures.ts';

async function expectNothingPrivate(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await expect(page.locator('body')).not.toContainText(/Hello|Generation|Signed in as/);
}

test('signing out reaches the other tab, and Back shows nothing private', async ({ context }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await signIn(first);
  await first.getByRole('link', { name: 'Admin' }).click();
  await expect(first.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
  await second.goto('/');
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Hello User!');

  await signOut(first);
  await expect(first.getByText('You are signed out.')).toBeVisible();
  await expect(second.getByText('You signed out in another tab.')).toBeVisible();
  expect(new URL(first.url()).search).toBe('');
  await expectNothingPrivate(first);
  await expectNothingPrivate(second);

  await first.goBack();
  await expectNothingPrivate(first);
  await first.goto('/');
  await expectNothingPrivate(first);
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['X-Device']);
});

test('a tab still loading when another signs out is not left waiting', async ({ context }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await signIn(first);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await second.route('**/trpc/auth.session**', async (route) => {
    await held;
    await route.continue();
  });
  await second.goto('/');
  await expect(second.getByRole('status').getByText('Loading')).toBeAttached();
  await signOut(first);
  await expectNothingPrivate(first);
  release();
  await expectNothingPrivate(second);
});

test('signing in reaches the other tab, which goes to where it wanted to be', async ({ context, baseURL }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await second.goto('/admin?a=1');
  await expectNothingPrivate(second);
  await signIn(first);
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
  expect(second.url()).toBe(`${baseURL}/admin?a=1`);
});

test('signing in as someone else leaves nothing of the first in any tab', async ({ context }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  await signIn(first, 'admin');
  await second.goto('/admin');
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');

  await signOut(first);
  await fillSignIn(first, 'bob');
  await expect(first.getByText('You are signed in as bob with the role User.')).toBeVisible();
  await expect(second.getByText('You are signed in as bob with the role User.')).toBeVisible();
  await second.getByRole('link', { name: 'Admin' }).click();
  await expect(second.getByRole('heading', { level: 1 })).toHaveText('Not for your role');
});

/** Ends the session as another device would: the cookies stay in this browser. */
async function endElsewhere(page: Page): Promise<void> {
  const cookies = await page.context().cookies();
  const { origin } = new URL(page.url());
  const ended = await fetch(`${origin}/trpc/auth.logout`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json', cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
  });
  expect(ended.status).toBe(200);
  await page.waitForTimeout(ACCESS_TOKEN_SECONDS * 1000);
}

test('a session ended elsewhere is noticed when the window is looked at again; the sign-in page says so and remembers the way', async ({ page }) => {
  await signIn(page);
  await page.goto('/admin?a=1#b');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello Admin!');
  await endElsewhere(page);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(page.getByText('Your last session was ended. Sign in to go on.')).toBeVisible();
  expect(new URL(page.url()).searchParams.get('from')).toBe('/admin?a=1#b');
  await expectNothingPrivate(page);
});

test('a refusal on any page leads to the sign-in page', async ({ page }) => {
  await signIn(page);
  await page.goto('/no/such/page');
  const way = page.getByRole('navigation').getByRole('link', { name: 'Admin' });
  await expect(way).toBeVisible();
  await endElsewhere(page);
  await way.click();
  await expectNothingPrivate(page);
  expect(new URL(page.url()).searchParams.get('from')).toBe('/admin');
});

test('a change that is refused for want of a session leads there too', async ({ page, traffic }) => {
  traffic.expectConsole(/status of 401/);
  await signIn(page);
  await page.goto('/account');
  await page.getByLabel('Current password', { exact: true }).fill('password');
  await page.getByLabel('New password', { exact: true }).fill('lantern otter seventeen brick');
  await endElsewhere(page);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expectNothingPrivate(page);
  expect(new URL(page.url()).searchParams.get('from')).toBe('/account');
});
