import { defineConfig } from 'vitest/config';

/**
 * What `npm run mutants` runs against each change of the protocol: the tests that are about it, and
 * nothing that needs a server. In one worker for all of them: starting one for each file takes
 * longer than the tests do.
 */
const tests = [
  'session-layer',
  'options',
  'session/{rotation-rule,refresh,refresh-outcomes,acknowledgements,issue,grant,confirm,reauthenticate,revoke}',
  'token/{refresh-token,access-token-cache}',
  'revocation/{revocations,revocation-cache}',
  'lib/batch-writer',
];

export default defineConfig({
  test: { include: tests.map((path) => `src/${path}.test.ts`), maxWorkers: 1, isolate: false },
});
