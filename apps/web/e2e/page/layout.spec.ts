import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, fillSignIn, test } from '../support/fixtures.ts';
import { layoutFaults } from '../support/layout-faults.ts';
import { type Counts, inspectorHello } from '../support/sample-rows.ts';
import { answerWithSampleRows } from '../support/sample-server.ts';
import { DEVICES, signInElsewhere, signUpElsewhere } from '../support/users.ts';

/**
 * The folders with the sources of the app's lists, and of the lists that a package draws into its
 * pages.
 */
const SOURCES = ['../../src/', '../../../../packages/devtools/src/'].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);
const WIDTHS = [320, 640, 768, 1024, 1280, 1920];
const ROWS = [1, 2, 40];

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/**
 * Returns the layout faults of a page at every width, each with its width. The page is resized, not
 * reloaded.
 */
async function faultsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(afterResize);
    found.push(...(await page.evaluate(layoutFaults)).map((fault) => `${width} px: ${fault}`));
  }
  return found;
}

/** Resolves once the page's observers of sizes have been called, and what they changed is drawn. */
const afterResize = () =>
  new Promise<void>((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });

interface List {
  /** The source file that draws the list. */
  source: string;
  path: string;
  /** CSS selector of the rows: `shown` of them, or all that the server sends. */
  rows: string;
  shown?: number;
  prepare?: (page: Page) => Promise<void>;
}

const LISTS: Record<string, List> = {
  'sessions of an account': {
    source: 'features/account/sessions/session-list.tsx',
    path: '/account',
    rows: 'ul[aria-label="Sessions"] > li',
    prepare: openHistory,
  },
  'security events of an account': {
    source: 'features/account/events/event-list.tsx',
    path: '/account',
    rows: 'ol[aria-label="Security events"] > li',
  },
  users: {
    source: 'features/admin/users/users-table.tsx',
    path: '/admin/users',
    rows: 'table[aria-label="Users"] > tbody > tr',
  },
  'sessions of all users': {
    source: 'features/admin/sessions/sessions-page.tsx',
    path: '/admin/sessions',
    rows: 'table[aria-label="Sessions"] > tbody > tr',
  },
  'the audit log': {
    source: 'features/admin/audit/audit-page.tsx',
    path: '/admin/audit',
    rows: 'ol[aria-label="Events"] > li',
  },
  'keys of one purpose': {
    source: 'features/admin/keys/keys-page.tsx',
    path: '/admin/keys',
    rows: 'table[aria-label="Refresh tokens"] > tbody > tr',
  },
  'the timeline of a session': {
    source: 'features/timeline/timeline-list.tsx',
    path: '/admin/sessions/T06sJq1k0X3m9VbQe7LwPA',
    rows: 'ol[aria-label="What happened"] > li',
  },
  'the cookies on the dashboard': {
    source: 'features/session/cookie-table.tsx',
    path: '/',
    rows: 'main table > tbody > tr',
  },
  'refreshes on the dashboard': {
    source: 'features/session/rotation-log.tsx',
    path: '/',
    rows: '[data-testid="rotation-log"] > li',
    shown: 1,
  },
  'events in the inspector': {
    source: 'panel/event-log.tsx',
    path: '/',
    rows: 'ol[aria-label="Events of this session"] > li',
    prepare: openInspector,
  },
  'cookies in the inspector': {
    source: 'panel/cookie-lines.tsx',
    path: '/',
    rows: 'ul[aria-label="Cookies, as sent"] > li',
    prepare: openInspector,
  },
  'the overview': {
    source: 'features/admin/overview/bar-chart.tsx',
    path: '/admin',
    rows: 'main details tbody tr',
    shown: 144,
    prepare: openTables,
  },
};

async function openHistory(page: Page): Promise<void> {
  await page.getByText('History').first().click();
  await expect(page.getByRole('list', { name: 'What happened' })).toBeVisible();
}

async function openInspector(page: Page): Promise<void> {
  const panel = page.getByRole('region', { name: 'Session inspector' });
  const opener = page.getByRole('button', { name: 'Inspector', exact: true });
  await expect(panel.or(opener)).toBeVisible();
  // It is open already if it was open on the page before.
  if (await opener.isVisible()) await opener.click();
  await expect(panel).toBeVisible();
}

async function openTables(page: Page): Promise<void> {
  for (const summary of await page.getByText('As a table').all()) await summary.click();
}

async function answerInspector(page: Page, counts: Counts): Promise<void> {
  await page.route('**/__inspector/events', (route) =>
    route.fulfill({
      contentType: 'text/event-stream',
      body: `retry: 600000\nevent: hello\ndata: ${JSON.stringify(inspectorHello(counts))}\n\n`,
    }),
  );
}

/** The paths of the pages, because the lists of one page are measured together. */
const PAGES = [...new Set(Object.values(LISTS).map(({ path }) => path))].map((path) => ({
  path,
  lists: Object.entries(LISTS).filter(([, list]) => list.path === path),
}));

for (const { path, lists } of PAGES)
  test(`no word breaks, nothing overlaps and nothing is cut off at any width: ${lists.map(([name]) => name).join(', ')}`, async ({
    page,
  }) => {
    const counts: Counts = { rows: 0 };
    await answerWithSampleRows(page, counts);
    await answerInspector(page, counts);
    const found: string[] = [];
    for (const rows of lists.every(([, { shown }]) => shown) ? ROWS.slice(0, 1) : ROWS) {
      counts.rows = rows;
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      for (const prepare of new Set(lists.map(([, list]) => list.prepare))) await prepare?.(page);
      for (const [, { rows: selector, shown = rows }] of lists)
        await expect(page.locator(selector)).toHaveCount(shown);
      found.push(...(await faultsOf(page)).map((fault) => `${rows} rows, ${fault}`));
    }
    expect(found).toEqual([]);
  });

test('the layout tests measure every list and table of the app', async () => {
  const drawingIn = async (folder: string) => {
    const files = (await readdir(folder, { recursive: true })).filter(
      (name) => name.endsWith('.tsx') && !name.startsWith('gallery'),
    );
    return Promise.all(
      files.map(async (name) =>
        (await readFile(`${folder}${name}`, 'utf8')).match(/<(?:ol|ul|table)\b/) ? [name] : [],
      ),
    );
  };
  const drawing = (await Promise.all(SOURCES.map(drawingIn))).flat();
  expect(
    Object.values(LISTS)
      .map(({ source }) => source)
      .toSorted(),
  ).toEqual(drawing.flat().toSorted());
});

test('the account page with sessions on four devices has no layout fault', async ({
  page,
  server,
}) => {
  const user = await signUpElsewhere(server.origin);
  for (const device of [DEVICES.iphone, DEVICES.samsung])
    await signInElsewhere(server.origin, user, device);
  await page.goto('/sign-in?from=/account');
  await fillSignIn(page, user.username, user.password);
  await expect(page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')).toHaveCount(4);
  await expect(
    page.getByRole('list', { name: 'Security events' }).getByRole('listitem'),
  ).toHaveCount(5);
  expect(await faultsOf(page)).toEqual([]);
});

test('the account menu shows a long name completely', async ({ page }) => {
  await answerWithSampleRows(page, { rows: 1 });
  await page.goto('/account');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await expect(page.getByRole('link', { name: 'Your account' })).toBeVisible();
  expect(await faultsOf(page)).toEqual([]);
});
