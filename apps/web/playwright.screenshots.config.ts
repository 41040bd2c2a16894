import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

/**
 * Takes screenshots of every page for review: `playwright test --config
 * playwright.screenshots.config.ts`.
 */
export default defineConfig(tests, { testMatch: 'screenshots.ts' });
