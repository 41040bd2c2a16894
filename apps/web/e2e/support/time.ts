import type { BrowserContext, Cookie, Request } from '@playwright/test';
import type { RunningServer } from './server.ts';

/**
 * The clock of the server, the pages and their cookies. It runs, and can be advanced.
 */
export interface Time {
  /**
   * Advances the server, then the cookies, then every page: due timers fire. It waits for pending
   * calls first, which would otherwise take that long, more than the grace.
   */
  pass(seconds: number): Promise<void>;
  /** The same without waiting, while a call is delayed on purpose. */
  passMeanwhile(seconds: number): Promise<void>;
  /** Advances second by second until the condition holds, at most two minutes; check it after. */
  passUntil(condition: () => Promise<boolean>): Promise<void>;
  /** Puts another browser on this clock; call it before its first page. */
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
    // The headers carry the cookies; the body may be read late, or never.
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
      for (let second = 0; second < 120 && !(await condition()); second++) await pass(1);
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
 * Browsers expire cookies by their own clock, so expired ones are deleted. None is ever set: a
 * cookie that a response replaces meanwhile would return with its old value, which looks like a
 * theft. A cookie set meanwhile stays.
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

/** Uses the DevTools protocol: clearCookies would delete all and set the others again. */
async function deleteCookies(context: BrowserContext, cookies: readonly Cookie[]): Promise<void> {
  const [page] = context.pages();
  if (!page) throw new Error('a browser without a page cannot age its cookies: open a page first');
  const session = await context.newCDPSession(page);
  for (const { name, domain, path } of cookies)
    await session.send('Network.deleteCookies', { name, domain, path });
  await session.detach();
}
