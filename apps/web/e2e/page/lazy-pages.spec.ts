import type { Page } from '@playwright/test';
import { expect, signIn, test } from '../support/fixtures.ts';

// Uses the browser's own clock, because its navigation entries tell whether a document was
// reloaded.
test.use({ movesPageTime: false });

const NOT_ANSWERING = 'The server is not answering. You stay signed in; trying again.';
const FAILED_REQUEST = /Failed to load resource/;

/**
 * For each page: how to open it by clicks, the chunk with its code, and its heading once the server
 * responds.
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

/** Marks the document, so that a new document is recognised by the missing mark. */
const leaveMark = (page: Page) =>
  page.evaluate(() => Object.assign(window, { mark_: 'first document' }));
const mark = (page: Page) => page.evaluate(() => Reflect.get(window, 'mark_'));

/** Signs in, and waits until the browser has preloaded all pages. */
async function signInAndIdle(page: Page): Promise<void> {
  await signIn(page);
  await expect(page.locator('html[data-pages-loaded]')).toBeAttached();
}

/** Signs in while a file is unavailable, so that the page that needs it is not preloaded. */
async function signInWithout(page: Page, file: string): Promise<void> {
  await page.route(file, (route) => route.abort('connectionfailed'));
  await signInAndIdle(page);
  await leaveMark(page);
}

for (const [name, { open, file, heading: arrived }] of Object.entries(PAGES)) {
  test(`offline, ${name} reports that its code did not arrive, and opens by itself once online`, async ({
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

  test(`${name} opens by itself once the server answers again`, async ({ page, traffic }) => {
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

test('a page whose file did not arrive opens by "Try again"', async ({ page, traffic }) => {
  traffic.expectConsole(FAILED_REQUEST);
  await signInWithout(page, PAGES['the account page'].file);
  // Leaves the server's calls unanswered, in which case the page does not try again by itself.
  await page.route('**/trpc/**', () => {});
  await openAccount(page);
  await heading(page).toHaveText('This page did not arrive');
  await page.unroute(PAGES['the account page'].file);
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page).toHaveText('Your account');
  expect(await mark(page)).toBe('first document');
});

test('a page whose shared file did not arrive is loaded again', async ({
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

test('preloaded pages open offline', async ({ page, context, traffic }) => {
  traffic.expectConsole(FAILED_REQUEST);
  await signInAndIdle(page);
  await context.setOffline(true);
  await openAccount(page);
  await heading(page).toHaveText('Your account');
});

test('a reload loads the new version once if a deployment removed a file', async ({
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

test('a reload loads the page of a new deployment', async ({ page, traffic }) => {
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

test('a pending file counts as not arrived when the network goes down', async ({
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
