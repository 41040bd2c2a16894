import type { BrowserContext, Cookie, Request } from '@playwright/test';
import type { RunningServer } from './server.ts';

/** Time as a test sees it: the server, the pages and their cookies go by one clock, which goes on by itself and can be moved. */
export interface Time {
  /**
   * Lets time pass for the server, then for the cookies, then for every page: timers that became due fire. It first waits for calls under way to be
   * answered: they would otherwise have taken that long, which is more than the grace allows.
   */
  pass(seconds: number): Promise<void>;
  /** The same while a call is held up on purpose. */
  passMeanwhile(seconds: number): Promise<void>;
  /** Lets time pass second by second until something is so, two minutes at most: what follows says whether it is. */
  passUntil(isSo: () => Promise<boolean>): Promise<void>;
  /** Makes another browser go by this clock too; call it before its first page. */
  include(context: BrowserContext): Promise<void>;
}

export function testTime(server: RunningServer): Time {
  const contexts = new Set<BrowserContext>();
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
    const before = await Promise.all([...contexts].map(async (context) => ({ context, cookies: await context.cookies() })));
    await server.advance(seconds);
    for (const { context, cookies } of before) await age(context, cookies, seconds);
    for (const context of contexts) await context.clock.fastForward(seconds * 1000);
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
      contexts.add(context);
      context.on('close', () => contexts.delete(context));
    },
  };
}

/** Browsers keep cookies by their own clock: what has run out is deleted, the rest runs out earlier by as much. A cookie set meanwhile is left alone. */
async function age(context: BrowserContext, before: readonly Cookie[], seconds: number): Promise<void> {
  const now = Date.now() / 1000;
  const held = await context.cookies();
  for (const cookie of held) {
    const isUnchanged = before.some(({ name, value }) => name === cookie.name && value === cookie.value);
    if (!isUnchanged || cookie.expires < 0) continue;
    const expires = cookie.expires - seconds;
    if (expires <= now) await context.clearCookies({ name: cookie.name });
    else await context.addCookies([{ ...cookie, expires }]);
  }
}
