import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

/**
 * Pictures of every page, for people to look at: `playwright test --config
 * playwright.screenshots.config.ts`.
 */
export default defineConfig(tests, { testMatch: 'screenshots.ts' });
