import { StoreUnavailableError } from '@latchkey/core';
import { settableClock } from '@latchkey/core/testing';
import { publicError } from '@latchkey/trpc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLimits, LONGEST_WAIT_WINDOWS } from './limits.ts';
import { memoryCounters } from './testing/memory-counters.ts';

const WINDOW = 900;
const OPTIONS = {
  signInAttempts: 10,
  signInAttemptsPerAddress: 100,
  signInWindowSeconds: WINDOW,
  signUpsPerAddress: 30,
};
const LONGEST = LONGEST_WAIT_WINDOWS * WINDOW;
const DAY = 86_400;

interface Guess {
  readonly username?: string;
  readonly address: string;
  readonly device?: string;
  readonly right?: boolean;
}

/**
 * Creates the limits with a manual clock; an attempt that passes them reaches the hasher and is
 * counted.
 */
function stage() {
  const clock = settableClock();
  const limits = createLimits(OPTIONS, { counters: memoryCounters(clock), clock });
  let hashed = 0;
  const attempt = async ({
    username = 'alice',
    address,
    device,
    right = false,
  }: Guess): Promise<'in' | 'wrong' | number> => {
    const check = async () => {
      if (!right) hashed++;
      return right ? 'in' : null;
    };
    try {
      return (await limits.signIn(
        { username, ipAddress: address, deviceId: device ?? null },
        check,
      )) === null
        ? 'wrong'
        : 'in';
    } catch (error) {
      return publicError(error).retryAfterSeconds ?? 0;
    }
  };
  return { clock, limits, attempt, hashed: () => hashed };
}

const address = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;

describe('simulated guessing attacks', () => {
  /**
   * Turns stack traces off: they are half of a refusal's cost, and there are some 150,000 refusals.
   */
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it('few of 10,000 guesses from as many addresses reach the hasher, and the owner signs in', async () => {
    const { clock, attempt, hashed } = stage();
    let keptOut = 0;
    for (let n = 0; n < 10_000; n++) {
      clock.advance(DAY / 10_000);
      await attempt({ address: address(n) });
      if (
        n % 10 === 0 &&
        (await attempt({ address: '192.0.2.1', device: 'known', right: true })) !== 'in'
      )
        keptOut++;
    }
    console.log(
      `10,000 guesses at one account over a day from 10,000 addresses: ${hashed()} reached the hasher; the known device was kept out ${keptOut} times`,
    );
    expect(keptOut).toBe(0);
    // Ten attempts at once, ten after one window, ten after two more; then ten in every four
    // windows.
    expect(hashed()).toBeLessThanOrEqual(10 * (3 + Math.ceil(DAY / LONGEST)));
  });

  it('guesses from 1,000 addresses at the same moment are limited as if from one', async () => {
    const { attempt, hashed } = stage();
    await Promise.all(
      Array.from({ length: 10_000 }, (_, n) => attempt({ address: address(n % 1_000) })),
    );
    expect(hashed()).toBe(10);
  });

  it('few of 10,000 accounts tried from one address reach the hasher', async () => {
    const { clock, attempt, hashed } = stage();
    for (let n = 0; n < 10_000; n++) {
      clock.advance(DAY / 10_000);
      await attempt({ username: `user${n}`, address: '198.51.100.1' });
    }
    console.log(
      `10,000 accounts tried over a day from one address: ${hashed()} reached the hasher`,
    );
    expect(hashed()).toBeLessThanOrEqual(100 * (3 + Math.ceil(DAY / LONGEST)));
  });

  it('1,000 addresses get ten guesses at each of 100 accounts', async () => {
    const { attempt, hashed } = stage();
    for (let n = 0; n < 100_000; n++)
      await attempt({ username: `user${n % 100}`, address: address(Math.floor(n / 100)) });
    expect(hashed()).toBe(1_000);
  });

  it('the owner on a new device waits at most four limit windows once the attack pauses', async () => {
    const { clock, attempt } = stage();
    let longest = 0;
    for (let round = 0; round < 20; round++) {
      for (let n = 0; n < 50; n++) await attempt({ address: address(n) });
      const wait = await attempt({ address: '192.0.2.1', right: true });
      if (typeof wait !== 'number') throw new Error('the account was not under attack');
      longest = Math.max(longest, wait);
      clock.advance(wait);
      expect(await attempt({ address: '192.0.2.1', right: true })).toBe('in');
    }
    console.log(`the longest wait for the owner on a new device: ${longest} s`);
    expect(longest).toBe(LONGEST);
  });

  it('an attacker gains no guesses by signing in to an own account between them', async () => {
    const { attempt, hashed } = stage();
    for (let n = 0; n < 1_000; n++) {
      await attempt({ username: 'mallory', address: '198.51.100.1', right: true });
      await attempt({ username: `user${n}`, address: '198.51.100.1' });
    }
    expect(hashed()).toBe(100);
  });
});

it('a sign-in limit does not count a password check that failed with an error', async () => {
  const { limits, attempt, hashed } = stage();
  for (let n = 0; n < 50; n++) {
    const attempted = limits.signIn(
      { username: 'alice', ipAddress: '192.0.2.1', deviceId: null },
      () => Promise.reject(new StoreUnavailableError('out')),
    );
    await expect(attempted).rejects.toThrow('out');
  }
  for (let n = 0; n < 10; n++) expect(await attempt({ address: '192.0.2.1' })).toBe('wrong');
  expect(hashed()).toBe(10);
});
