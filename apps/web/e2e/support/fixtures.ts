import { fileURLToPath } from 'node:url';
import {
  type BrowserContext,
  test as base,
  expect,
  type Page,
  type Response,
} from '@playwright/test';
import { createServer } from 'vite';
import { type RunningServer, type ServerSettings, startServer } from './server.ts';
import { type Time, testTime } from './time.ts';

/** The network traffic and console output of all pages of a test. */
interface Traffic {
  readonly requests: string[];
  readonly responses: Response[];
  /** Allows console lines that match, such as the browser's about a refused request. */
  expectConsole(pattern: RegExp): void;
  /** Allows requests to another origin. */
  expectOrigin(origin: string): void;
}

interface TestFixtures {
  /** Settings of a server that this test alone uses; null for the shared server of the worker. */
  serverSettings: ServerSettings | null;
  server: RunningServer;
  traffic: Traffic;
  /**
   * Whether pages use the clock that the test advances. That clock replaces `performance`, so a
   * test that reads `performance` sets false.
   */
  movesPageTime: boolean;
  time: Time;
}

/**
 * The options of a worker, which are the same for all tests: a different worker option would start
 * another worker with its own browser and server.
 */
interface WorkerFixtures {
  accessTokenSeconds: number;
  /** The folder of the package `apps/web`. */
  folder: string;
  sharedServer: RunningServer;
  /** The origin of the development server, for pages that no build contains. */
  developmentServer: string;
}

export const ACCESS_TOKEN_SECONDS = 60;

/**
 * The base of all browser tests. They run against the real server, and also fail on a request to
 * another origin, a warning or an error in the console, and an exception in the page.
 */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  accessTokenSeconds: [ACCESS_TOKEN_SECONDS, { scope: 'worker' }],

  sharedServer: [
    async ({ accessTokenSeconds }, use) => {
      const server = await startServer({ accessTokenSeconds });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  folder: [fileURLToPath(new URL('../../', import.meta.url)), { scope: 'worker' }],

  developmentServer: [
    async ({ folder }, use) => {
      const server = await createServer({
        root: folder,
        configFile: `${folder}vite.config.ts`,
        logLevel: 'error',
        server: { port: 0, strictPort: false },
      });
      await server.listen();
      await use(server.resolvedUrls?.local[0] ?? '');
      await server.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  serverSettings: [null, { option: true }],

  server: async ({ serverSettings, sharedServer }, use) => {
    if (!serverSettings) return use(sharedServer);
    const server = await startServer(serverSettings);
    await use(server);
    await server.stop();
  },

  baseURL: ({ server }, use) => use(server.origin),

  movesPageTime: [true, { option: true }],

  time: [
    async ({ context, server, movesPageTime }, use) => {
      const time = testTime(server);
      if (movesPageTime) await time.include(context);
      await use(time);
    },
    { auto: true },
  ],

  traffic: [
    async ({ context, baseURL }, use) => {
      const problems: string[] = [];
      const expected: RegExp[] = [];
      const origins = new Set([new URL(baseURL ?? '').origin]);
      const traffic = watch(context, problems, {
        expectConsole: (pattern) => expected.push(pattern),
        expectOrigin: (origin) => origins.add(origin),
      });
      await use(traffic);
      const foreign = traffic.requests.filter(
        (url) => /^(https?|wss?):/.test(url) && !origins.has(new URL(url).origin),
      );
      expect(foreign, 'requests to other origins').toEqual([]);
      expect(
        problems.filter((line) => !expected.some((pattern) => pattern.test(line))),
        'problems in the console',
      ).toEqual([]);
    },
    { auto: true },
  ],
});

function watch(
  context: BrowserContext,
  problems: string[],
  expectations: Pick<Traffic, 'expectConsole' | 'expectOrigin'>,
): Traffic {
  const traffic: Traffic = { requests: [], responses: [], ...expectations };
  context.on('request', (request) => traffic.requests.push(request.url()));
  context.on('response', (response) => traffic.responses.push(response));
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      problems.push(`${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => problems.push(`exception: ${error.error().message}`));
  return traffic;
}

/** Removes the session that the server embeds into the page, so that the page has to query it. */
export async function removeKnownSession(page: Page): Promise<void> {
  await page.route(
    (url) => !url.pathname.includes('.') && !url.pathname.startsWith('/trpc'),
    async (route) => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        body: (await response.text()).replace(/<script type="application\/json".*?<\/script>/, ''),
      });
    },
  );
}

export async function fillSignIn(
  page: Page,
  username: string,
  password = 'password',
): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password', { exact: true }).press('Enter');
}

/** Signs in through the form of the sign-in page. */
export async function signInByForm(
  page: Page,
  username = 'admin',
  password = 'password',
): Promise<void> {
  await page.goto('/sign-in');
  await fillSignIn(page, username, password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
}

/** Signs in by a request without a page, then opens a page. */
export async function signIn(
  page: Page,
  username = 'admin',
  password = 'password',
  path = '/',
): Promise<void> {
  const response = await page.request.post('/login', { data: { username, password } });
  expect(response.status()).toBe(200);
  await page.goto(path);
  if (path === '/') await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hello User!');
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
}

export async function generation(page: Page): Promise<number> {
  return Number(await page.getByTestId('generation').textContent());
}

export { expect } from '@playwright/test';
