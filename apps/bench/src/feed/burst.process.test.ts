import { openDatabase } from '@latchkey/sql';
import { testDatabase } from '@latchkey/test-services';
import { expect, it } from 'vitest';
import { quantile } from '../measure.ts';
import { runBurst } from './burst.ts';

it('three processes read ten times a second at most in a burst of revocations, and all refuse each', async () => {
  const postgres = await testDatabase();
  await (await openDatabase(postgres.url)).close();
  const { revocations, elapsedMs, reads, notifications, delays } = await runBurst(postgres.url, 40);
  console.log(
    `${revocations} revocations in ${elapsedMs.toFixed(0)} ms: reads ${reads}, notifications ${notifications}, delay p50 ${quantile(delays, 0.5).toFixed(0)} ms, p99 ${quantile(delays, 0.99).toFixed(0)} ms`,
  );
  expect(revocations).toBe(120);
  for (const count of reads) expect(count).toBeLessThanOrEqual(elapsedMs / 100 + 2);

  await postgres.drop();
});
