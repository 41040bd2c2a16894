import { defineConfig } from 'vitest/config';

/** What `npm run mutants` runs against each change of the protocol's heart: the tests that are about it, and nothing that needs a server. */
export default defineConfig({
  test: { include: ['src/{decide-rotation,refresh-session,refresh-outcomes,acknowledge}.test.ts'], maxWorkers: 1 },
});
