import type { BrowserContext, Cookie, Request } from '@playwright/test';
import type { RunningServer } from './server.ts';

/**
 * Time as a test sees it: the server, the pages and their cookies go by one clock, which goes on by
 * itself and can be moved.
 */
export interface Time {
  /**
   * Lets time pass for the server, then for the cookies, then for every page: timers that became
   * due fire. It first waits for calls under way to be answered: they would otherwise have taken
   * that long, which is more than the grace allows.
   */
  pass(seconds: number): Promise<void>;
  /** The same while a call is held up on purpose. */
  passMeanwhile(seconds: number): Promise<void>;
  /**
   * Lets time pass second by second until something is so, two minutes at most: what follows says
   * whether it is.
   */
  passUntil(isSo: () => Promise<boolean>): Promise<void>;
  /** Makes another browser go by this clock too; call it before its first page. */
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
    // Its headers carry the cookies; what follows them may be read late, or never.
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
    async passUntil(isSo) {
      for (let second = 0; second < 120 && !(await isSo()); second++) await pass(1);
    },
    async include(context) {
      await context.clock.install();
      watchCalls(context);
      contexts.set(context, new Map());
      context.on('close', () => contexts.delete(context));
    },
  };
}

/** By how many seconds each cookie has been aged, by name and value. */
type Ages = Map<string, number>;
const ageKey = ({ name, value }: Cookie) => `${name}=${value}`;

/**
 * Browsers keep cookies by their own clock, so what has run out is deleted. Nothing is ever set: a
 * cookie that an answer replaces at this moment would come back with its old value, which is what a
 * thief's browser looks like. A cookie set meanwhile is left alone.
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

/** Through the browser's protocol: clearCookies deletes all and sets the others again. */
async function deleteCookies(context: BrowserContext, cookies: readonly Cookie[]): Promise<void> {
  const [page] = context.pages();
  if (!page) throw new Error('time passes for the cookies of a browser only while it has a page');
  const session = await context.newCDPSession(page);
  for (const { name, domain, path } of cookies)
    await session.send('Network.deleteCookies', { name, domain, path });
  await session.detach();
}
