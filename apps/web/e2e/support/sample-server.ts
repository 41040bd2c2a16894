import type { Page } from '@playwright/test';
import { initTRPC } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { ApiOutputs } from '../../src/lib/trpc.ts';
import {
  account,
  audit,
  type Counts,
  keys,
  listedSessions,
  listedUsers,
  NOW,
  overview,
  session,
  timeline,
} from './sample-rows.ts';

const { router, procedure } = initTRPC.create();

const query = <Output>(output: () => Output) => procedure.query(output);

/**
 * Creates the procedures of pages with lists. Each returns as many rows as `counts` says at the
 * time of the call.
 */
const sampleRouter = (counts: Counts) =>
  router({
    auth: router({ session: query(() => session(counts) satisfies ApiOutputs['auth']['session']) }),
    dashboard: query(() => 'Hello User!'),
    adminOnly: query(() => 'Hello Admin!'),
    account: router({
      sessions: query(() => account.sessions(counts) satisfies ApiOutputs['account']['sessions']),
      securityEvents: query(
        () => account.events(counts) satisfies ApiOutputs['account']['securityEvents'],
      ),
      sessionTimeline: query(
        () => timeline(counts) satisfies ApiOutputs['account']['sessionTimeline'],
      ),
    }),
    admin: router({
      overview: query(() => overview() satisfies ApiOutputs['admin']['overview']),
      users: query(() => listedUsers(counts) satisfies ApiOutputs['admin']['users']),
      allSessions: query(() => listedSessions(counts) satisfies ApiOutputs['admin']['allSessions']),
      sessionTimeline: query(
        () => timeline(counts) satisfies ApiOutputs['admin']['sessionTimeline'],
      ),
      audit: query(() => audit(counts) satisfies ApiOutputs['admin']['audit']),
      keys: query(() => keys(counts) satisfies ApiOutputs['admin']['keys']),
    }),
  });

/**
 * Answers every call of the page with sample rows. No call reaches the server, so the page is
 * signed in without a sign-in.
 */
export async function answerWithSampleRows(page: Page, counts: Counts): Promise<void> {
  const api = sampleRouter(counts);
  await page.clock.setFixedTime(NOW);
  await page.route('**/trpc/**', async (route) => {
    const request = route.request();
    const body = request.postData();
    const req = new Request(request.url(), {
      method: request.method(),
      headers: request.headers(),
      ...(body !== null && { body }),
    });
    const response = await fetchRequestHandler({ endpoint: '/trpc', router: api, req });
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    });
  });
}
