import { ALGORITHMS } from '@latchkey/core';
import { foreignTokenTarget, resignedTokenTarget } from './access-token-targets.ts';
import { cookieTarget } from './cookie-target.ts';
import type { FuzzTarget } from './fuzz.ts';
import { refreshTokenTarget } from './refresh-token-target.ts';
import { startTrpcTarget } from './trpc-target.ts';
import { edgeVictim, type Victim } from './victim.ts';

/** Starts all fuzzing targets. */
export async function startTargets(): Promise<{
  targets: FuzzTarget[];
  victims: Victim[];
  close(): Promise<void>;
}> {
  const victims = await Promise.all(ALGORITHMS.map(edgeVictim));
  const [first] = victims;
  const trpc = await startTrpcTarget();
  return {
    targets: [
      ...(first ? [cookieTarget(first), refreshTokenTarget(first)] : []),
      ...victims.flatMap((victim) => [foreignTokenTarget(victim), resignedTokenTarget(victim)]),
      trpc.target,
    ],
    victims: [...victims, trpc.victim],
    close: trpc.close,
  };
}
