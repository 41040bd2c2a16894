import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { ACCESS_TOKEN_SECONDS, expect, signIn, test } from '../support/fixtures.ts';
import type { RunningServer } from '../support/server.ts';
import { DEVICES, signInElsewhere, signUpElsewhere, type TestUser } from '../support/users.ts';

const events = (page: Page) => page.getByRole('list', { name: 'Events' }).getByRole('listitem');
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

async function openAdmin(page: Page, path: string, title: string): Promise<void> {
  await signIn(page, 'admin', 'password', path);
  await expect(heading(page)).toHaveText(title);
}

/** Presents a refresh token that was rotated long ago, as a thief of the cookies would. */
async function steal({ origin, advance }: RunningServer, user: TestUser): Promise<void> {
  const headers = { origin, 'content-type': 'application/json', 'user-agent': DEVICES.samsung };
  const jar = new Map<string, string>();
  const send = async (path: string, cookies: Map<string, string>, body: object = {}) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { ...headers, cookie },
      body: JSON.stringify(body),
    });
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      jar.set(name, value);
    }
    return response.status;
  };
  await send('/login', jar, user);
  const copied = new Map(jar);
  for (let generation = 0; generation < 3; generation += 1) {
    await advance(ACCESS_TOKEN_SECONDS + 1);
    expect(await send('/refresh', jar)).toBe(200);
  }
  expect(await send('/refresh', copied)).toBe(403);
}

test('the audit page filters by topic, actor, date and text, and exports what it shows', async ({
  page,
  server,
}) => {
  const user = await signUpElsewhere(server.origin);
  await openAdmin(page, '/admin/audit', 'Audit log');
  await page.getByLabel('Name, address, reference or reason').fill(user.username);
  await expect(events(page)).toHaveCount(2);
  await page.getByLabel('About').selectOption('Accounts');
  await expect(events(page)).toHaveCount(1);
  await expect(events(page)).toContainText(`${user.username}: Account created`);
  await page.getByLabel('Done by').fill('admin');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await page.getByLabel('Done by').fill(user.username);
  await expect(events(page)).toHaveCount(1);
  await page.getByLabel('To', { exact: true }).fill('2020-01-01');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await page.getByLabel('To', { exact: true }).fill('');
  await page.reload();
  await expect(events(page)).toHaveCount(1);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^audit-.*\.csv$/);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(user.username);
  await page.getByRole('button', { name: 'Remove all filters' }).click();
  await expect(events(page).first()).toContainText('Audit log exported');
});

test('the audit page shows older entries, and ignores invalid search parameters', async ({
  page,
  server,
}) => {
  await Promise.all(Array.from({ length: 26 }, () => signUpElsewhere(server.origin)));
  await openAdmin(page, '/admin/audit?about=everything&from=soon&before=x', 'Audit log');
  await expect(events(page)).toHaveCount(50);
  const newest = await events(page).first().textContent();
  await page.getByRole('button', { name: 'Older' }).click();
  await expect(page.getByRole('button', { name: 'Newest' })).toBeVisible();
  await expect(events(page).first()).not.toHaveText(newest ?? '');
  await page.goBack();
  await expect(events(page).first()).toHaveText(newest ?? '');
});

test('the audit page is printed without its controls', async ({ page }) => {
  await openAdmin(page, '/admin/audit', 'Audit log');
  await page.emulateMedia({ media: 'print' });
  await expect(events(page).first()).toBeVisible();
  await expect(heading(page)).toBeVisible();
  for (const gone of [
    page.getByRole('navigation'),
    page.getByRole('button'),
    page.getByRole('banner'),
    page.getByRole('searchbox'),
  ])
    await expect(gone.filter({ visible: true })).toHaveCount(0);
});

test('a token reuse in the audit log leads to the timeline of its session', async ({
  page,
  server,
  traffic,
}) => {
  traffic.expectConsole(/status of 40/);
  const user = await signUpElsewhere(server.origin);
  await steal(server, user);
  await openAdmin(page, '/admin/audit', 'Audit log');
  await page.getByLabel('About').selectOption('Security events');
  await page.getByLabel('Name, address, reference or reason').fill(user.username);
  const incident = events(page).filter({ hasText: 'A refresh token was used twice' });
  await incident.getByRole('link', { name: `The session of ${user.username}` }).click();
  await expect(heading(page)).toHaveText('One session');
  const life = page.getByRole('list', { name: 'What happened' }).getByRole('listitem');
  await expect(life.first()).toContainText('Signed in');
  await expect(
    life.filter({
      hasText: 'A used refresh token of generation 0 was presented again: it may have been copied',
    }),
  ).toBeVisible();
  await expect(life.last()).toContainText('Ended: a refresh token was used twice');
  await page.getByRole('link', { name: 'All its entries in the audit log' }).click();
  await expect(page.getByText('Only one session is shown.')).toBeVisible();
  await page.goto('/admin/sessions/unknown');
  await expect(page.getByText('Session not found.')).toBeVisible();
});

test('a session of another user leaves the list at once, and returns if the server did not end it', async ({
  page,
  server,
  traffic,
}) => {
  traffic.expectConsole(/Failed to load resource/);
  const user = await signUpElsewhere(server.origin);
  await signInElsewhere(server.origin, user, DEVICES.iphone);
  await openAdmin(page, `/admin/sessions?search=${user.username}`, 'Sessions');
  const ends = page.getByRole('button', { name: /^End the session of/ });
  await expect(ends).toHaveCount(2);
  await page.route('**/trpc/admin.revokeSession**', (route) => route.abort('connectionfailed'));
  const end = async () => {
    await page.getByRole('button', { name: /^End the session of .* on Firefox/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End the session' }).click();
  };
  await end();
  await expect(page.getByRole('alert')).toHaveText(
    'The session was not ended. The server is not answering, so nothing was done. Try again in a moment.',
  );
  await expect(ends).toHaveCount(2);
  await page.unroute('**/trpc/admin.revokeSession**');
  await end();
  await expect(page.getByText(`The session of ${user.username} has ended.`)).toBeVisible();
  await expect(ends).toHaveCount(1);
});

test('the keys page lists the keys with their status, and explains a rotation before it happens', async ({
  page,
}) => {
  await openAdmin(page, '/admin/keys', 'Keys');
  const table = page.getByRole('table', { name: 'Access tokens' });
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Rotate: Access tokens' }).click();
  await expect(page.getByRole('dialog')).toContainText('all users stay signed in');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Rotate: Access tokens' })).toBeFocused();
  await expect(table.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Rotate: Access tokens' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create a new key' }).click();
  await expect(table.getByText('Next: published, signs soon')).toBeVisible();
  await expect(table.getByText('Current: signs')).toBeVisible();
});

test('the overview counts events, as bars and as a table', async ({ page, server }) => {
  await openAdmin(page, '/admin', 'Hello Admin!');
  const chart = page.getByRole('region', { name: 'Sign-ins', exact: true });
  const count = async () => Number(await chart.getByRole('heading').locator('span').textContent());
  const before = await count();
  const user = await signUpElsewhere(server.origin);
  await signInElsewhere(server.origin, user);
  await page.reload();
  await expect.poll(count).toBeGreaterThanOrEqual(before + 2);
  await chart.getByText('As a table').click();
  await expect(chart.getByRole('row')).toHaveCount(25);
  await page.getByLabel('Time').selectOption('The last 30 days');
  await expect(chart.getByRole('row')).toHaveCount(31);
});

test('a user without the role Admin sees no admin page', async ({ page, traffic }) => {
  traffic.expectConsole(/status of 403/);
  await signIn(page, 'bob');
  for (const path of ['sessions', 'audit', 'keys', 'sessions/x']) {
    await page.goto(`/admin/${path}`);
    await expect(heading(page)).toHaveText('Not for your role');
  }
  const statuses = await page.evaluate(() =>
    Promise.all(
      ['/admin/audit.csv', '/trpc/admin.audit', '/trpc/admin.keys', '/trpc/admin.allSessions'].map(
        async (path) => (await fetch(path)).status,
      ),
    ),
  );
  expect(statuses).toEqual([403, 403, 403, 403]);
});
