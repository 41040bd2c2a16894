import { CHROMIUM_ARGS, headlessShell } from '@latchkey/test-services/browsers';
import { defineConfig } from '@playwright/test';

const executablePath = await headlessShell();

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 2,
  // Access tokens live for two seconds here: on a machine that stalls for a while a request may overstay their grace.
  retries: process.env.CI ? 1 : 0,
  fullyParallel: true,
  timeout: 45_000,
  expect: { timeout: 7_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 900 },
    launchOptions: { args: CHROMIUM_ARGS, ...(executablePath && { executablePath }) },
    trace: 'retain-on-failure',
  },
});
