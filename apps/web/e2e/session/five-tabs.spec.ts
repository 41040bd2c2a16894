import type { Page } from '@playwright/test';
import {
  ACCESS_TOKEN_SECONDS,
  expect,
  generation,
  signIn,
  signOut,
  test,
} from '../support/fixtures.ts';

const TABS = 5;
const LIFETIMES = 20;

/** Creates a seeded random generator (mulberry32), so that each run loses the same requests. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Makes a page lose one request in ten, and one response in ten together with its cookies. */
async function loseSome(page: Page, seed: number): Promise<{ asked: number; lost: number }> {
  const roll = dice(seed);
  const count = { asked: 0, lost: 0 };
  await page.route('**/trpc/**', async (route) => {
    const luck = roll();
    count.asked += 1;
    if (luck > 0.2) return route.continue();
    count.lost += 1;
    if (luck < 0.1) return route.abort('connectionfailed');
    const { origin } = new URL(page.url());
    const headers = await route.request().allHeaders();
    const { cookie = '' } = headers;
    const body = route.request().postData();
    await fetch(route.request().url(), {
      method: route.request().method(),
      headers: {
        origin,
        cookie,
        'content-type': 'application/json',
        'user-agent': headers['user-agent'] ?? '',
      },
      ...(body === null ? {} : { body }),
    }).then((response) => response.arrayBuffer());
    await route.abort('connectionreset');
  });
  return count;
}

/** Polls the server until paused, and records whether another page was shown. */
async function poll(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = Object.assign(window, { flickers: [] as string[], isPaused: false });
    new MutationObserver(() => {
      const heading = document.querySelector('h1')?.textContent;
      if (heading !== 'Hello User!' || document.querySelector('input[type=password]'))
        watched.flickers.push(`${heading} ${location.pathname}`);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    const press = () => {
      if (!watched.isPaused)
        [...document.querySelectorAll('button')]
          .find((button) => button.textContent?.includes('Ask the server'))
          ?.click();
    };
    setInterval(press, 100);
  });
}

test('five polling tabs on a lossy network stay signed in through 20 access tokens, and sign out together', async ({
  context,
  traffic,
  time,
}) => {
  test.setTimeout(180_000);
  traffic.expectConsole(/Failed to load resource/);
  const tabs = [await context.newPage()];
  const [first] = tabs as [Page];
  await signIn(first);
  for (let number = 1; number < TABS; number += 1) {
    const tab = await context.newPage();
    await tab.goto('/');
    await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
    tabs.push(tab);
  }
  const losses = await Promise.all(tabs.map((tab, index) => loseSome(tab, 40 + index)));
  await Promise.all(tabs.map(poll));

  const pause = (isPaused: boolean) =>
    Promise.all(
      tabs.map((tab) =>
        tab.evaluate((paused) => Reflect.set(window, 'isPaused', paused), isPaused),
      ),
    );
  for (let lifetime = 0; lifetime < LIFETIMES; lifetime += 1) {
    const before = losses.map(({ asked }) => asked);
    await pause(true);
    await time.pass(ACCESS_TOKEN_SECONDS + 1);
    await pause(false);
    await expect
      .poll(() => losses.every(({ asked }, index) => asked >= (before[index] ?? 0) + 2), {
        timeout: 30_000,
        intervals: [20],
      })
      .toBe(true);
  }

  // Pauses first, because a pending request would lose its route.
  await pause(true);
  await time.pass(ACCESS_TOKEN_SECONDS + 1);
  await Promise.all(tabs.map((tab) => tab.unrouteAll({ behavior: 'wait' })));
  await pause(false);
  for (const { lost } of losses) expect(lost).toBeGreaterThan(5);
  for (const tab of tabs) {
    expect(await tab.evaluate(() => Reflect.get(window, 'flickers'))).toEqual([]);
    expect(await generation(tab)).toBeGreaterThan(5);
  }

  await Promise.all(tabs.map((tab) => tab.evaluate(() => Reflect.set(window, 'flickers', []))));
  await time.passUntil(() => first.getByText(/not answering/).isHidden());
  await expect(first.getByText(/not answering/)).toBeHidden();
  await signOut(first);
  await expect(first.getByText('You are signed out.')).toBeVisible();
  for (const tab of tabs.slice(1))
    await expect(tab.getByText('You signed out in another tab.')).toBeVisible({ timeout: 1_000 });
  for (const tab of tabs) {
    await tab.goBack().catch(() => null);
    await expect(tab.locator('body')).not.toContainText(/Hello|Generation|Signed in as/);
  }
});
