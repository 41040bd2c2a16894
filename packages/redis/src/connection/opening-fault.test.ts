import { expect, it } from 'vitest';
import { openingFault } from './opening-fault.ts';

it('removes a password that Redis repeats in its error', () => {
  const error = new Error("ERR wrong number of arguments, beginning with: 'hunter2'");
  expect(openingFault('Redis at h:1', error, 'hunter2')).toMatch(
    /^Redis at h:1 cannot be reached \(.*'…'\): start it/,
  );
});

it.each([
  ['self-signed certificate', /NODE_EXTRA_CA_CERTS\.$/],
  [
    'CLUSTERDOWN Hash slot not served',
    /slots that no master serves: bring the missing masters back/,
  ],
  ['MISCONF Redis is configured to save RDB snapshots', /cannot save its data to disk/],
  [
    "ERR Error running script: @user_script:1: -OOM command not allowed when used memory > 'maxmemory'",
    /is out of memory: raise its maxmemory/,
  ],
])('names a fix for the Redis error "%s"', (message, sentence) => {
  expect(openingFault('Redis at h:1', new Error(message), undefined)).toMatch(sentence);
});
