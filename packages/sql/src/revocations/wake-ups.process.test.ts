import type { RevocationNotice } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { recordNotices } from '@latchkey/core/testing/contracts';
import { testDatabase } from '@latchkey/test-services';
import { expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { sqlRevocationFeed } from './revocation-feed.ts';

it('sends no notification while PostgreSQL has just woken every node, and delivers every notice', async () => {
  const postgres = await testDatabase();
  const database = await openDatabase(postgres.url);
  const clock = settableClock();
  let wakeUps = 0;
  const counting: typeof database.listen = (channel, wake) =>
    database.listen(channel, () => {
      wakeUps++;
      wake();
    });
  const feed = sqlRevocationFeed({ ...database, listen: counting }, clock);
  const subscriber = await recordNotices(feed);
  const publish = (tokenVersion: number) => {
    const told = { kind: 'user', userId: 'a', reason: 'reuse', tokenVersion } as const;
    return feed.publish([{ ...told, at: clock.now() } satisfies RevocationNotice]);
  };
  // The first one is the end of connecting.
  await expect.poll(() => wakeUps).toBe(1);
  clock.advance(1);
  await publish(1);
  await expect.poll(() => wakeUps).toBe(2);
  for (let version = 2; version <= 20; version++) await publish(version);
  await clock.pass(0.05);
  // Notifications arrive in order: after this one, none of those before is missing.
  await publish(21);
  await expect.poll(() => wakeUps).toBe(3);
  await clock.pass(0.1);
  expect(subscriber.of('a')).toHaveLength(21);
  await subscriber.close();
  await database.close();
  await postgres.drop();
});

it('sends a notification for each publication from a process that has no subscription', async () => {
  const postgres = await testDatabase();
  const [database, command] = [await openDatabase(postgres.url), await openDatabase(postgres.url)];
  const clock = settableClock();
  let wakeUps = 0;
  const listener = database.listen('latchkey_revocations', () => wakeUps++);
  await expect.poll(() => wakeUps).toBe(1);
  const feed = sqlRevocationFeed(command, clock);
  for (const tokenVersion of [1, 2, 3])
    await feed.publish([
      { kind: 'user', userId: 'a', reason: 'reuse', tokenVersion, at: clock.now() },
    ]);
  await expect.poll(() => wakeUps).toBe(4);
  await listener.close();
  await Promise.all([database.close(), command.close()]);
  await postgres.drop();
});
