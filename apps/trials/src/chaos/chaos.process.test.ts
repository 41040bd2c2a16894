import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos.ts';

describe.each(['postgres', 'redis'] as const)(
  'chaos with sessions in %s: every process killed and every network cut once',
  (store) => {
    /** Runs one round; `npm run trials -- chaos` runs more. */
    it('chaos ends no honest session, loses no rotation, and restores no revoked session', {
      timeout: 600_000,
    }, async () => {
      const report = await runChaos({
        store,
        clients: 24,
        rounds: 1,
        requests: 100,
        accessTokenSeconds: 2,
        seed: 7,
      });
      expect(report).toMatchObject({
        signedOut: [],
        unexpected: [],
        cameBack: 0,
        lostRotations: 0,
      });
      expect(report.kills).toBe(store === 'redis' ? 3 : 2);
      expect(report.lostReplies).toBeGreaterThan(0);
      expect(report.statuses['503']).toBeGreaterThan(0);
      expect(report.rotations).toBeGreaterThan(24);
      expect(report.signOuts).toBeGreaterThan(0);
    });
  },
);
