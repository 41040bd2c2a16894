import type { Browser } from '@latchkey/core/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stepOne } from '../moving/step-1.ts';
import { stepTwo } from '../moving/step-2.ts';
import { type MovingLibrary, movingLibrary, PASSWORD } from '../moving/testing/moving-library.ts';
import { storedTokenCredential } from './old-token.ts';
import { fetchUntilForgotten, fetchWithToken, type Kept } from './page.ts';
import { stepZero } from './step-0.ts';

const KEEP = 60;

let library: MovingLibrary;
beforeAll(async () => {
  library = await movingLibrary();
}, 60_000);
afterAll(() => library.close());

const toStepOne = async () =>
  library.deploy(
    await stepOne(
      library.deployment,
      (accounts) => storedTokenCredential(library.deployment, accounts),
      { keepOldSeconds: KEEP },
    ),
  );

/**
 * Opens a page in a browser, with its cookies, its local storage, and the status of every response.
 */
function openPage(browser: Browser = library.newBrowser(), items = new Map<string, string>()) {
  const kept: Kept = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
  const statuses: number[] = [];
  let send = fetchWithToken(kept, browser.fetch as typeof fetch);
  return {
    items,
    statuses,
    /** Loads the page again, with the code that step 1 delivers. */
    reload() {
      send = fetchUntilForgotten(kept, browser.fetch as typeof fetch);
    },
    async signIn(name: string): Promise<void> {
      await library.library.addAccount(name, PASSWORD);
      const headers = { 'content-type': 'application/json' };
      const response = await send(`${library.origin}/trpc/signIn`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ name, password: PASSWORD }),
      });
      kept.setItem('token', (await response.json()).result.data.token);
    },
    async loans(): Promise<number> {
      const { status } = await send(`${library.origin}/trpc/loans`);
      statuses.push(status);
      return status;
    },
    signOut: () => browser.post('/trpc/auth.logout'),
  };
}

let readers = 0;
let name: string;
let page: ReturnType<typeof openPage>;
let copied: Map<string, string>;
beforeEach(async () => {
  await library.deploy(await stepZero(library.deployment));
  name = `reader ${++readers}`;
  page = openPage();
  await page.signIn(name);
  copied = new Map(page.items);
});

it('moving from a stored JWT signs no page out, old or new', async () => {
  await page.loans();
  await toStepOne();
  await Promise.all(Array.from({ length: 20 }, () => page.loans()));
  expect(await library.liveSessionsOf(name)).toHaveLength(1);
  library.clock.advance(600);
  await page.loans();
  page.reload();
  library.clock.advance(KEEP);
  await page.loans();
  expect(page.items.size).toBe(0);
  await library.deploy(await stepTwo(library.deployment));
  library.clock.advance(600);
  await page.loans();
  expect(new Set(page.statuses)).toEqual(new Set([200]));
});

it('a sign-out during the move also ends the stored token', async () => {
  await toStepOne();
  await page.loans();
  expect((await page.signOut()).status).toBe(200);
  expect(await page.loans()).toBe(401);
  expect(await openPage(library.newBrowser(), copied).loans()).toBe(401);
});

it('a copied stored token is accepted until its page has moved, and refused afterwards', async () => {
  await toStepOne();
  expect(await openPage(library.newBrowser(), copied).loans()).toBe(200);
  page.reload();
  for (let request = 0; request < 2; request++) await page.loans();
  library.clock.advance(KEEP);
  expect(await page.loans()).toBe(200);
  expect(await openPage(library.newBrowser(), copied).loans()).toBe(401);
  expect(await page.loans()).toBe(200);
  expect(await library.liveSessionsOf(name)).toHaveLength(1);
});

it('a page that comes back after step 2 of the move is signed out', async () => {
  await library.deploy(await stepTwo(library.deployment));
  expect(await page.loans()).toBe(401);
});
