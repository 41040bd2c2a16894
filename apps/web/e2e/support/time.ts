import type { BrowserContext, Cookie, Request } from '@playwright/test';
import type { RunningServer } from './server.ts';

/** The common clock of the server, the pages and their cookies. It runs, and can be advanced. */
export interface Time {
  /**
   * Advances the clock of the server, then ages the cookies, then fires the due timers of every
   * page. It first waits for pending calls, which would otherwise seem to take longer than the
   * grace.
   */
  pass(seconds: number): Promise<void>;
  /**
   * Advances the clock as `pass` does, without waiting for pending calls: for a call that is
   * delayed on purpose.
   */
  passMeanwhile(seconds: number): Promise<void>;
  /**
   * Advances the clock second by second until the condition holds.
   *
   * @throws Error if it does not hold within two minutes
   */
  passUntil(condition: () => Promise<boolean>): Promise<void>;
  /** Adds another browser to this clock; call it before the browser's first page. */
  include(context: BrowserContext): Promise<void>;
}

export function testTime(server: RunningServer): Time {
  const contexts = new Map<BrowserContext, Ages>();
  const calls = new Set<Request>();
  let answered = () => {};

  function watchCalls(context: BrowserContext): void {
    context.on('request', (request) => request.url().includes('/trpc/') && calls.add(request));
    const end = (request: Request) => {
      if (calls.delete(request) && calls.size === 0) answered();
    };
    // A request ends with the response's headers, which carry the cookies; the body may be read
    // late, or never.
    context.on('response', (response) => end(response.request()));
    context.on('requestfailed', end);
  }

  async function untilAnswered(): Promise<void> {
    if (calls.size > 0) await new Promise<void>((resolve) => (answered = resolve));
  }

  async function passMeanwhile(seconds: number): Promise<void> {
    const before = await Promise.all(
      [...contexts].map(async ([context, ages]) => ({
        context,
        ages,
        cookies: await context.cookies(),
      })),
    );
    await server.advance(seconds);
    for (const { context, ages, cookies } of before) await age(context, ages, cookies, seconds);
    for (const context of contexts.keys()) await context.clock.fastForward(seconds * 1000);
  }

  async function pass(seconds: number): Promise<void> {
    await untilAnswered();
    await passMeanwhile(seconds);
  }

  return {
    pass,
    passMeanwhile,
    async passUntil(condition) {
      for (let second = 0; second < 120; second++) {
        if (await condition()) return;
        await pass(1);
      }
      throw new Error('The condition did not hold within 120 seconds of the page.');
    },
    async include(context) {
      await context.clock.install();
      watchCalls(context);
      contexts.set(context, new Map());
      context.on('close', () => contexts.delete(context));
    },
  };
}

/** The seconds by which each cookie was aged, by name and value. */
type Ages = Map<string, number>;
const ageKey = ({ name, value }: Cookie) => `${name}=${value}`;

/**
 * Deletes the cookies that have expired, because browsers expire cookies by their own clock. No
 * cookie is ever set: one that a response replaces in the meantime would return with its old value,
 * which looks like a theft. A cookie that is set in the meantime stays.
 */
async function age(
  context: BrowserContext,
  ages: Ages,
  before: readonly Cookie[],
  seconds: number,
): Promise<void> {
  const held = new Map((await context.cookies()).map((cookie) => [ageKey(cookie), cookie]));
  for (const key of ages.keys()) if (!held.has(key)) ages.delete(key);
  const over: Cookie[] = [];
  for (const cookie of before.filter((cookie) => cookie.expires >= 0 && held.has(ageKey(cookie)))) {
    const aged = (ages.get(ageKey(cookie)) ?? 0) + seconds;
    ages.set(ageKey(cookie), aged);
    if (cookie.expires - aged <= Date.now() / 1000) over.push(cookie);
  }
  if (over.length > 0) await deleteCookies(context, over);
}

/**
 * Deletes cookies by the DevTools protocol: Playwright's clearCookies would delete all and set the
 * others again.
 */
async function deleteCookies(context: BrowserContext, cookies: readonly Cookie[]): Promise<void> {
  const [page] = context.pages();
  if (!page) throw new Error('a browser without a page cannot age its cookies: open a page first');
  const session = await context.newCDPSession(page);
  for (const { name, domain, path } of cookies)
    await session.send('Network.deleteCookies', { name, domain, path });
  await session.detach();
}
