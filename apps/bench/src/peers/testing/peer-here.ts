import { vi } from 'vitest';
import { argumentFor, type StartPeer } from '../peer-process.ts';
import { servePeer } from '../serve-peer.ts';

/**
 * A contestant's server within the test's own process: a process of its own takes seconds to start,
 * and its libraries read a clock that a test cannot move.
 */
export const startPeerHere: StartPeer = async (servers, kind, accessTokenSeconds) => {
  const argument = await argumentFor(servers, kind, accessTokenSeconds);
  const { port, figures, close } = await servePeer(argument);
  const { databaseUrl, redisUrl } = argument.settings;
  return { port, databaseUrl, redisUrl, figures: async () => figures(), stop: close };
};

/** Stops the clock that this process reads, for the libraries of others as for us. Timers go on. */
export const stopClock = () => vi.useFakeTimers({ toFake: ['Date'] });

/** Moves it. */
export const pass = async (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);
