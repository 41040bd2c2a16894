import { defineConfig } from 'vitest/config';

/**
 * The tests that `npm run mutants` runs against each mutant: those of the mutated files, without a
 * server. One worker runs them all, as starting a worker for each file takes longer than the tests.
 */
const tests = [
  'session-layer',
  'options',
  'audit/ambiguity',
  'session/{refresh,refresh-outcomes,refresh-presented,refresh-usernames,recover}',
  'session/shared-refreshes',
  'session/{rotation-rule,rotation-match,rotation-properties}',
  'session/{revoke,revoke-presented,revoke-generations,revoke-for-reuse}',
  'session/{acknowledgements,issue,session-limit,grant,confirm,reauthenticate}',
  'token/{authenticate,choose-access-token,refresh-token,presented-tokens,access-token-cache}',
  'revocation/{revocations,revoke-on-nodes,revocation-cache,revocation-watch}',
  'lib/{batch-writer,mac,shared-calls}',
];

export default defineConfig({
  test: { include: tests.map((path) => `src/${path}.test.ts`), maxWorkers: 1, isolate: false },
});
