import { defineConfig } from 'vitest/config';

/**
 * The tests that `npm run mutants` runs against each mutant: those of the mutated files, without a
 * server. One worker runs them all, as starting a worker for each file takes longer than the tests.
 */
const tests = [
  'session-layer',
  'options',
  'session/{rotation-rule,refresh,refresh-outcomes,acknowledgements,issue,session-limit}',
  'session/{grant,confirm,reauthenticate,revoke}',
  'token/{authenticate,refresh-token,presented-tokens,access-token-cache}',
  'revocation/{revocations,revocation-cache}',
  'lib/{batch-writer,mac}',
];

export default defineConfig({
  test: { include: tests.map((path) => `src/${path}.test.ts`), maxWorkers: 1, isolate: false },
});
