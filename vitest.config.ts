import { defineConfig } from 'vitest/config';
import SlowestFiles from './scripts/slowest-files.mjs';

const ALL = [
  'packages/*/src/**/*.test.{ts,tsx}',
  'apps/*/src/**/*.test.ts',
  'apps/web/build/*.test.ts',
  'scripts/*.test.ts',
];
const PROCESSES = [
  'packages/*/src/**/*.process.test.ts',
  'apps/*/src/**/*.process.test.ts',
  'scripts/*.process.test.ts',
];

export default defineConfig({
  resolve: { conditions: ['@latchkey/source'] },
  ssr: { resolve: { conditions: ['@latchkey/source'] } },
  test: {
    // Ten times what they need on an idle machine: a busy one is late, not wrong.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 20 } },
    reporters: ['minimal', new SlowestFiles()],
    silent: 'passed-only',
    projects: [
      // Start no process and open no service. Files of one worker share their modules: a test that
      // replaces something global puts it back.
      {
        extends: true,
        test: {
          name: 'unit',
          include: ALL,
          exclude: PROCESSES,
          pool: 'forks',
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      // Wait for their servers part of the time: one worker more than a small machine has cores.
      {
        extends: true,
        test: {
          name: 'processes',
          include: PROCESSES,
          globalSetup: './apps/test-services/src/global-setup.ts',
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
