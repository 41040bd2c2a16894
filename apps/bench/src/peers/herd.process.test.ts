import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Servers, startServers } from '../servers.ts';
import { HERDS, runHerd } from './herd.ts';
import { pass, startPeerHere, stopClock } from './testing/peer-here.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.stop());

beforeEach(() => void vi.stubEnv('NODE_ENV', 'production'));
beforeEach(() => void stopClock());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const run = async (name: string) => {
  const herd = HERDS.find((one) => one.name === name);
  if (!herd) throw new Error(`there is no "${name}"`);
  return runHerd(servers, herd, { start: startPeerHere, pass });
};

it('Latchkey serves twenty parallel requests with an expired token by one rotation', async () => {
  const { statements, ...result } = await run('Latchkey');
  expect(result).toMatchObject({
    answered: 20,
    refused: 0,
    refreshCalls: 0,
    rotations: 1,
    isStillSignedIn: true,
  });
  // The user is not in the database here. Requests that come while the first are answered share
  // further statements.
  expect(statements).toBeLessThanOrEqual(4);
});

it('the textbook client loses the session if each request refreshes by itself', async () => {
  const { answered, refused, ...result } = await run('refresh dance, naive');
  expect(result).toMatchObject({ refreshCalls: 20, rotations: 1, isStillSignedIn: false });
  expect(answered).toBeGreaterThan(0);
  expect(answered + refused).toBe(20);
  expect(refused).toBeGreaterThan(answered);
});

it('the textbook client with a lock serves one tab by one refresh', async () => {
  const result = await run('refresh dance, a lock, one tab');
  expect(result).toMatchObject({
    answered: 20,
    refused: 0,
    refreshCalls: 1,
    rotations: 1,
    isStillSignedIn: true,
  });
});

it('the textbook client with a separate lock in each of two tabs loses the session', async () => {
  expect(await run('refresh dance, a lock, two tabs')).toMatchObject({
    answered: 10,
    refused: 10,
    refreshCalls: 2,
    rotations: 1,
    isStillSignedIn: false,
  });
});

it('better-auth with an expired cookie cache serves twenty requests from the database', async () => {
  // Each of the requests reads the session and the user.
  expect(await run('better-auth, cookie cache')).toMatchObject({
    answered: 20,
    refused: 0,
    rotations: null,
    statements: 40,
    isStillSignedIn: true,
  });
});
