import { performance } from 'node:perf_hooks';
import { passwordHasher } from '@latchkey/server/passwords';
import { startApp } from '@latchkey/server/testing';
import { fastest, median, welchT } from './welch.ts';

/** Compares refused sign-ins with a known and with an unknown name. */
export interface TimingResult {
  readonly runs: number;
  /** Median times of the refusals, in milliseconds. */
  readonly medianUnknownUser: number;
  readonly medianWrongPassword: number;
  /** Welch's t of the two samples, over the faster nine tenths of each. */
  readonly t: number;
  /** Welch's t of two halves of one sample: the noise of this machine. */
  readonly tOfNoise: number;
}

/** Share of each sample that counts, the fastest first. */
const KEPT = 0.9;
const WARM_UP = 20;

/**
 * Measures over HTTP the time to refuse a sign-in with an unknown name and with a wrong password,
 * in turn and in random order.
 *
 * @param runs number of sign-ins of each kind
 */
export async function timeSignIns(
  runs: number,
  onProgress: (done: number) => void = () => {},
): Promise<TimingResult> {
  const app = await startApp({
    hasher: passwordHasher(),
    variables: { SIGN_IN_ATTEMPTS: '100000000', SIGN_IN_ATTEMPTS_PER_ADDRESS: '100000000' },
  });
  // bob has an account, carol has none.
  const timesOf = { bob: [] as number[], carol: [] as number[] };

  async function refused(username: keyof typeof timesOf): Promise<number> {
    const body = JSON.stringify({ username, password: 'not the password' });
    const began = performance.now();
    const response = await fetch(`${app.origin}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await response.arrayBuffer();
    if (response.status !== 401)
      throw new Error(`a wrong pair was answered with ${response.status}`);
    return performance.now() - began;
  }

  try {
    for (let n = 0; n < WARM_UP; n++)
      for (const name of ['bob', 'carol'] as const) await refused(name);
    for (let n = 0; n < runs; n++) {
      const order = Math.random() < 0.5 ? (['bob', 'carol'] as const) : (['carol', 'bob'] as const);
      for (const name of order) timesOf[name].push(await refused(name));
      onProgress(n + 1);
    }
  } finally {
    await app.close();
  }
  const [wrong, unknown] = [timesOf.bob, timesOf.carol];
  return {
    runs,
    medianUnknownUser: median(unknown),
    medianWrongPassword: median(wrong),
    t: welchT(fastest(unknown, KEPT), fastest(wrong, KEPT)),
    tOfNoise: welchT(fastest(halfOf(wrong, 0), KEPT), fastest(halfOf(wrong, 1), KEPT)),
  };
}

/** Formats the result as one line of text. */
export function describeTiming({
  runs,
  medianUnknownUser,
  medianWrongPassword,
  t,
  tOfNoise,
}: TimingResult): string {
  const medians = `medians ${medianUnknownUser.toFixed(2)} and ${medianWrongPassword.toFixed(2)} ms`;
  return `unknown user and wrong password, ${runs} each: Welch's t = ${t.toFixed(2)} (${medians}; noise alone: ${tOfNoise.toFixed(2)})`;
}

function halfOf(sample: readonly number[], rest: 0 | 1): number[] {
  return sample.filter((_, index) => index % 2 === rest);
}
