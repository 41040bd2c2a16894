import { vi } from 'vitest';
import { argumentFor, type StartPeer } from '../peer-process.ts';
import { servePeer } from '../serve-peer.ts';

/**
 * Starts a contestant's server in the test's own process: a separate process takes seconds to
 * start, and its libraries read a clock that a test cannot set.
 */
export const startPeerHere: StartPeer = async (servers, kind, accessTokenSeconds) => {
  const argument = await argumentFor(servers, kind, accessTokenSeconds);
  const { port, figures, close } = await servePeer(argument);
  const { databaseUrl, redisUrl } = argument.settings;
  return { port, databaseUrl, redisUrl, figures: async () => figures(), stop: close };
};

/** Stops the clock of this process for all libraries; timers continue. */
export const stopClock = () => vi.useFakeTimers({ toFake: ['Date'] });

/** Advances the stopped clock by some seconds. */
export const pass = async (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);
