import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CHROMIUM_ARGS, fullChromium, headlessShell } from '@latchkey/test-services/browsers';
import { defineConfig } from '@playwright/test';

/** Matches the files whose tests need a feature that only a full browser has. */
const FULL_BROWSER = /\.full-browser\.spec\.ts$/;
const needsFullBrowser = readdirSync(fileURLToPath(new URL('e2e', import.meta.url)), {
  encoding: 'utf8',
  recursive: true,
}).some((name) => FULL_BROWSER.test(name));

const inBrowser = (executablePath: string | undefined) => ({
  launchOptions: { args: CHROMIUM_ARGS, ...(executablePath && { executablePath }) },
});

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: true,
  // Ten times what the tests need on an idle machine: a busy machine is slow, not faulty.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['dot'], ['../../scripts/slowest-files.mjs']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 900 },
    // The report of a failure has the page's screenshot; `npm test -- browser <file> --trace on`
    // records everything, which slows the test down.
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'headless-shell', testIgnore: FULL_BROWSER, use: inBrowser(await headlessShell()) },
    ...(needsFullBrowser
      ? [{ name: 'full-browser', testMatch: FULL_BROWSER, use: inBrowser(await fullChromium()) }]
      : []),
  ],
});
