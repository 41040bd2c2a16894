import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

/**
 * Measures the Web Vitals of the pages in Chromium, one page at a time: `playwright test --config
 * playwright.vitals.config.ts`.
 */
export default defineConfig(tests, { testMatch: 'vitals.ts', workers: 1 });
