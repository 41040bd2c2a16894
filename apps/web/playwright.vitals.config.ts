import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

/**
 * What Chromium measures of the pages, one at a time: `playwright test --config
 * playwright.vitals.config.ts`.
 */
export default defineConfig(tests, { testMatch: 'vitals.ts', workers: 1 });
