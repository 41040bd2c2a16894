import { expect, it } from 'vitest';
import { purgeExpired } from './purge-expired.ts';
import { memorySessionStore } from './session/memory-session-store.ts';
import { sessionRecord } from './testing/contracts/session-record.ts';

it('deletes every expired session of a store, beyond the first step, and no other', async () => {
  const store = memorySessionStore();
  const expiring = (n: number, at: number) =>
    store.create(sessionRecord({ id: `session-${n}`, idleExpiresAt: at }));
  for (let n = 0; n < 250; n++) await expiring(n, n % 5 === 0 ? 1_001 : 1_000);
  const progress: number[] = [];
  const removed = await purgeExpired(store, 1_000, {
    servesRequests: false,
    goOn: (sofar) => progress.push(sofar) > 0,
  });
  expect([removed, progress.length]).toEqual([200, 2]);
  expect(await store.find('session-0')).not.toBeNull();
  expect(await purgeExpired(store, 1_000)).toBe(0);
});

it('ends the purge of expired sessions when it may not go on', async () => {
  let steps = 0;
  const store = { purge: async () => ({ removed: ++steps, next: 'more' }) };
  expect(await purgeExpired(store, 0, { goOn: () => steps < 3 })).toBe(6);
});
