import type { Page } from '@playwright/test';
import {
  ACCESS_TOKEN_SECONDS,
  expect,
  fillSignIn,
  removeKnownSession,
  signIn,
} from './fixtures.ts';
import { RESCUE_PAGES } from './rescue-views.ts';
import type { Time } from './time.ts';
import {
  DEVICES,
  endSessionElsewhere,
  PASSWORD,
  signInElsewhere,
  signUpElsewhere,
} from './users.ts';

interface PageView {
  open(page: Page, time: Time): Promise<void>;
  /** Matches console lines about a failed request, which are allowed. */
  console?: RegExp;
}

const heading = (page: Page, text: string) =>
  expect(page.getByRole('heading', { level: 1 })).toHaveText(text);
const originOf = async (page: Page) => new URL((await page.request.get('/livez')).url()).origin;

async function openAccount(page: Page): Promise<void> {
  const origin = await originOf(page);
  const user = await signUpElsewhere(origin);
  for (const device of [DEVICES.iphone, DEVICES.samsung])
    await signInElsewhere(origin, user, device);
  await signIn(page, user.username, user.password, '/account');
  await expect(page.getByRole('button', { name: /^Sign out / })).toHaveCount(4);
}

/** Every page with the steps to open it. */
export const PAGES: Record<string, PageView> = {
  'sign-in': {
    async open(page) {
      await page.goto('/sign-in');
      await heading(page, 'Sign in');
    },
  },
  'sign-in-refused': {
    console: /status of 401/,
    async open(page) {
      await page.goto('/sign-in');
      await fillSignIn(page, 'admin', 'wrong');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  'sign-up': {
    console: /status of 400/,
    async open(page) {
      await page.goto('/sign-up');
      await fillSignIn(page, 'a b', 'short');
      await expect(page.getByText('This must be at least 15 characters')).toBeVisible();
      await expect(page.getByTestId('strength')).not.toBeEmpty();
    },
  },
  'sign-up-strong': {
    async open(page) {
      await page.goto('/sign-up');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await expect(page.getByTestId('strength')).toHaveText('Strong.');
    },
  },
  dashboard: {
    async open(page, time) {
      await signIn(page);
      for (const tick of [1, 2]) {
        await time.pass(ACCESS_TOKEN_SECONDS + 1);
        await expect(page.locator(`[data-tick="${tick}"]`)).toBeAttached();
      }
    },
  },
  inspector: {
    async open(page) {
      // Creates a user for this page, because a reuse ends every session of its user.
      const user = await signUpElsewhere(await originOf(page));
      await signIn(page, user.username, user.password);
      await page.getByRole('button', { name: 'Inspector' }).click();
      const panel = page.getByRole('region', { name: 'Session inspector' });
      await panel.getByRole('button', { name: 'Race 10 requests' }).click();
      await expect(panel.getByText('10 of 10 were answered 200.')).toBeVisible();
      await panel.getByRole('button', { name: 'Simulate theft' }).click();
      await expect(panel.locator('li[data-kind="waiting"]')).toBeVisible();
    },
  },
  'user-menu': {
    async open(page) {
      await signIn(page);
      await page.getByRole('button', { name: /^Account of/ }).click();
      await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    },
  },
  admin: {
    async open(page) {
      await signIn(page, 'admin', 'password', '/admin');
      await heading(page, 'Hello Admin!');
      await expect(page.getByRole('img', { name: /^Sign-ins/ })).toBeVisible();
      await page.getByText('As a table').first().click();
    },
  },
  'admin-users': {
    async open(page) {
      await signIn(page, 'admin', 'password', '/admin/users');
      await expect(page.getByRole('button', { name: 'Manage bob' })).toBeVisible();
    },
  },
  'admin-user-actions': {
    async open(page) {
      await signIn(page, 'admin', 'password', '/admin/users?search=bob');
      await page.getByRole('button', { name: 'Manage bob' }).click();
      await page.getByRole('radio', { name: 'Disable' }).check();
    },
  },
  ...RESCUE_PAGES,
  'admin-new-user': {
    async open(page) {
      await signIn(page, 'admin', 'password', '/admin/users');
      await page.getByRole('button', { name: 'New user' }).click();
      await page.getByRole('button', { name: 'Create user' }).click();
      await expect(page.getByText('This must be 2 to 64 letters')).toBeVisible();
    },
  },
  'admin-sessions': {
    async open(page) {
      await signIn(page, 'admin', 'password', '/admin/sessions');
      await expect(page.getByText('Yours').first()).toBeVisible();
    },
  },
  'admin-audit': {
    async open(page) {
      await signIn(page, 'admin', 'password', '/admin/audit');
      await expect(
        page.getByRole('list', { name: 'Events' }).getByRole('listitem').first(),
      ).toBeVisible();
    },
  },
  'admin-audit-empty': {
    async open(page) {
      await signIn(page, 'admin', 'password', '/admin/audit?text=nothing+like+this');
      await expect(page.getByText('Nothing matches.')).toBeVisible();
    },
  },
  'admin-keys': {
    async open(page) {
      await signIn(page, 'admin', 'password', '/admin/keys');
      await expect(page.getByText('Current: signs').first()).toBeVisible();
    },
  },
  'admin-session': {
    async open(page) {
      await signIn(page, 'admin', 'password', '/admin/sessions?search=admin');
      await page.getByRole('link', { name: 'admin', exact: true }).first().click();
      await expect(page.getByRole('list', { name: 'What happened' })).toBeVisible();
    },
  },
  account: {
    console: /status of 400/,
    async open(page) {
      await openAccount(page);
      await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
      await page.getByLabel('New password', { exact: true }).fill('short');
      await page.getByRole('button', { name: 'Change password' }).click();
      await expect(page.getByText('This must be at least 15 characters')).toBeVisible();
    },
  },
  'sign-out-others': {
    async open(page) {
      await openAccount(page);
      await page.getByRole('button', { name: 'Sign out all others' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  'delete-account': {
    async open(page) {
      await openAccount(page);
      await page.getByRole('button', { name: 'Delete account' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  'password-again': {
    console: /status of 403/,
    async open(page) {
      await openAccount(page);
      await page.route('**/trpc/account.changePassword', (route) =>
        route.fulfill({
          status: 403,
          json: {
            error: {
              message: 'stale',
              code: -32003,
              data: { httpStatus: 403, latchkey: true, reason: 'reauthentication_required' },
            },
          },
        }),
      );
      await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
      await page.getByLabel('New password', { exact: true }).fill(`${PASSWORD}s`);
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByRole('dialog').getByLabel('Your password', { exact: true }).fill('wrong');
      await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
      await expect(page.getByText('This is not your password.')).toBeVisible();
    },
  },
  'session-over': {
    async open(page, time) {
      await openAccount(page);
      await endSessionElsewhere(page.context(), new URL(page.url()).origin);
      await time.pass(ACCESS_TOKEN_SECONDS + 1);
      await page.evaluate(() => window.dispatchEvent(new Event('focus')));
      await expect(page.getByRole('dialog', { name: 'Sign in to continue' })).toContainText(
        'Reference for support',
      );
    },
  },
  'role-required': {
    async open(page) {
      await signIn(page, 'bob', 'password', '/admin');
      await heading(page, 'Not for your role');
    },
  },
  'no-answer': {
    console: /Failed to load resource/,
    async open(page) {
      await signIn(page);
      await removeKnownSession(page);
      await page.route('**/trpc/**', (route) => route.abort('connectionfailed'));
      await page.goto('/');
      await heading(page, 'The server is not answering');
    },
  },
  'did-not-arrive': {
    console: /Failed to load resource|dynamically imported module/,
    async open(page) {
      await signIn(page);
      await page.route('**/assets/account-page*.js', (route) => route.abort('connectionfailed'));
      await page.goto('/account');
      await heading(page, 'This page did not arrive');
    },
  },
  'not-found': {
    async open(page) {
      await page.goto('/no/such/page');
      await heading(page, 'Nothing here');
    },
  },
};
