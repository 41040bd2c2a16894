import type { Page } from '@playwright/test';
import { expect, signIn, test } from './fixtures.ts';

// Whether a document was reloaded is read from the browser's own entries about it.
test.use({ movesPageTime: false });

const NOT_ANSWERING = 'The server is not answering. You stay signed in; trying again.';
const FAILED_REQUEST = /Failed to load resource/;

/**
 * How a person gets to each page by clicks, the file that holds the page's code, and the heading it
 * has once the server answers.
 */
const PAGES = {
  'the account page': {
    open: openAccount,
    file: '**/assets/account-page-*.js',
    heading: 'Your account',
  },
  'the administration': { open: openAdmin, file: '**/assets/admin-*.js', heading: 'Hello Admin!' },
};

async function openAccount(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('link', { name: 'Your account' }).click();
}

async function openAdmin(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Admin' }).click();
}

const heading = (page: Page) => expect(page.getByRole('heading', { level: 1 }));

/** A mark that a new document does not have. */
const leaveMark = (page: Page) =>
  page.evaluate(() => Object.assign(window, { mark_: 'first document' }));
const mark = (page: Page) => page.evaluate(() => Reflect.get(window, 'mark_'));

/** Signs in, and waits until the browser has loaded all pages in its idle time. */
async function signInAndIdle(page: Page): Promise<void> {
  await signIn(page);
  await expect(page.locator('html[data-pages-loaded]')).toBeAttached();
}

/** Signs in while a file cannot be had, so that the page which needs it is not there yet. */
async function signInWithout(page: Page, file: string): Promise<void> {
  await page.route(file, (route) => route.abort('connectionfailed'));
  await signInAndIdle(page);
  await leaveMark(page);
}

for (const [name, { open, file, heading: arrived }] of Object.entries(PAGES)) {
  test(`${name} says that it did not arrive when it is opened offline, and opens by itself once online`, async ({
    page,
    context,
    traffic,
  }) => {
    traffic.expectConsole(FAILED_REQUEST);
    await signInWithout(page, file);
    await context.setOffline(true);
    await page.unroute(file);
    await open(page);
    await heading(page).toHaveText('This page did not arrive');
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await expect(page.getByText(NOT_ANSWERING)).toBeVisible();
    expect(new URL(page.url()).protocol).toBe('http:');

    await context.setOffline(false);
    await heading(page).toHaveText(arrived);
    await expect(page.getByText(NOT_ANSWERING)).toBeHidden();
    expect(await mark(page)).toBe('first document');
  });

  test(`${name} opens by itself once a server that was down answers`, async ({ page, traffic }) => {
    traffic.expectConsole(FAILED_REQUEST);
    await signInWithout(page, file);
    await page.route('**/trpc/**', (route) => route.abort('connectionrefused'));
    await open(page);
    await heading(page).toHaveText('This page did not arrive');
    await expect(page.getByText(NOT_ANSWERING)).toBeVisible();

    await page.unroute(file);
    await page.unroute('**/trpc/**');
    await heading(page).toHaveText(arrived);
    expect(await mark(page)).toBe('first document');
  });
}

test('"Try again" opens a page whose file alone had not arrived', async ({ page, traffic }) => {
  traffic.expectConsole(FAILED_REQUEST);
  await signInWithout(page, PAGES['the account page'].file);
  // Without an answer of its own to go by, the page does not try by itself.
  await page.route('**/trpc/**', () => {});
  await openAccount(page);
  await heading(page).toHaveText('This page did not arrive');
  await page.unroute(PAGES['the account page'].file);
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page).toHaveText('Your account');
  expect(await mark(page)).toBe('first document');
});

test('a file that other pages share is asked for again like a page of its own', async ({
  page,
  context,
  traffic,
}) => {
  traffic.expectConsole(FAILED_REQUEST);
  await signInWithout(page, '**/assets/section-state-*.js');
  await context.setOffline(true);
  await page.unroute('**/assets/section-state-*.js');
  await openAccount(page);
  await heading(page).toHaveText('This page did not arrive');
  await context.setOffline(false);
  await heading(page).toHaveText('Your account');
  expect(await mark(page)).toBe('first document');
});

test('pages loaded while the browser was idle open offline', async ({ page, context, traffic }) => {
  traffic.expectConsole(FAILED_REQUEST);
  await signInAndIdle(page);
  await context.setOffline(true);
  await openAccount(page);
  await heading(page).toHaveText('Your account');
});

test('a file that a new deployment removed reloads the page once, and never again', async ({
  page,
  traffic,
}) => {
  traffic.expectConsole(FAILED_REQUEST);
  await page.route('**/assets/account-page-*.js', (route) =>
    route.fulfill({ status: 404, body: 'Not found' }),
  );
  await signIn(page);
  const documents: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents.push(request.url());
  });
  const reloaded = page.waitForEvent('load');
  await openAccount(page);
  await reloaded;
  await heading(page).toHaveText('This page did not arrive');
  await expect(page.getByText('there may be a new version')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();

  await page.getByRole('link', { name: 'Dashboard' }).click();
  await heading(page).toHaveText('Hello User!');
  await openAccount(page);
  await heading(page).toHaveText('This page did not arrive');
  expect(documents).toHaveLength(1);

  await page.unroute('**/assets/account-page-*.js');
  await page.getByRole('button', { name: 'Load again' }).click();
  await heading(page).toHaveText('Your account');
});

test('a reload gets the page of a new deployment', async ({ page, traffic }) => {
  traffic.expectConsole(FAILED_REQUEST);
  await page.route('**/assets/account-page-*.js', (route) =>
    route.fulfill({ status: 404, body: 'Not found' }),
  );
  await signIn(page);
  await leaveMark(page);
  await page.route('**/account', async (route) => {
    await page.unroute('**/assets/account-page-*.js');
    await route.fallback();
  });
  await openAccount(page);
  await heading(page).toHaveText('Your account');
  expect(await mark(page)).toBeUndefined();
});

test('a file that is under way when the network goes counts as not arrived', async ({
  page,
  context,
  traffic,
}) => {
  traffic.expectConsole(FAILED_REQUEST);
  await page.route('**/assets/account-page-*.js', () => {});
  await signIn(page);
  await openAccount(page);
  await expect(page.getByRole('main').getByText('Loading')).toBeAttached();
  await context.setOffline(true);
  await heading(page).toHaveText('This page did not arrive');
});
