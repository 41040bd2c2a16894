import type { Page } from '@playwright/test';
import { expect, fillSignIn, signIn } from './fixtures.ts';

/** The looks every page must stand up to. */
export const VIEWS = (['light', 'dark'] as const).flatMap((colorScheme) => [390, 1280].map((width) => ({ colorScheme, width })));

interface View {
  open(page: Page): Promise<void>;
  /** What the browser notes in its console about a request that failed. */
  console?: RegExp;
}

const heading = (page: Page, text: string) => expect(page.getByRole('heading', { level: 1 })).toHaveText(text);

/** Every page, and how to get there. */
export const PAGES: Record<string, View> = {
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
  dashboard: {
    async open(page) {
      await signIn(page);
      await expect(page.locator('[data-tick="2"]')).toBeAttached();
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
      await signIn(page);
      await page.goto('/admin');
      await heading(page, 'Hello Admin!');
    },
  },
  'role-required': {
    async open(page) {
      await signIn(page, 'bob');
      await page.goto('/admin');
      await heading(page, 'Not for your role');
    },
  },
  'no-answer': {
    console: /Failed to load resource/,
    async open(page) {
      await signIn(page);
      await page.route('**/trpc/**', (route) => route.abort('connectionfailed'));
      await page.goto('/');
      await heading(page, 'The server is not answering');
    },
  },
  'not-found': {
    async open(page) {
      await page.goto('/no/such/page');
      await heading(page, 'Nothing here');
    },
  },
};
