import { defineConfig } from 'vitest/config';

/**
 * What `npm run mutants` runs against each change of the protocol: the tests that are about it, and nothing that needs a server. In one worker for all of
 * them: starting one for each file takes longer than the tests do.
 */
const rotation = 'decide-rotation,refresh-session,refresh-outcomes,refresh-token,acknowledge,batch-writer';
const sessions = 'authenticate,verified-tokens,unknown-keys,issue-session,grant,confirm-session,reauthenticate-session,options';
const revocation = 'revoke-session,revocations,revocation-watch,durable-revocations';

export default defineConfig({
  test: { include: [`src/{${rotation},${sessions},${revocation}}.test.ts`], maxWorkers: 1, isolate: false },
});
