import { performance } from 'node:perf_hooks';
import { SYSTEM } from '@latchkey/core';
import { passwordHasher } from '@latchkey/server/passwords';
import { startApp, type TestServer } from '@latchkey/server/testing';
import { fastest, median, welchT } from './welch.ts';

/** The kinds of refused sign-ins; the first is what the others are compared with. */
const KINDS = [
  'wrong password',
  'unknown user',
  'disabled, wrong password',
  'disabled, right password',
  'spent one-time password',
] as const;
export type RefusalKind = (typeof KINDS)[number];

/** The refused sign-ins of one kind, compared with those with a wrong password. */
export interface TimedKind {
  readonly kind: RefusalKind;
  /** Median time, in milliseconds. */
  readonly median: number;
  /** Welch's t of the two samples, over the faster nine tenths of each; 0 for a wrong password. */
  readonly t: number;
}

export interface TimingResult {
  /** Number of sign-ins of each kind. */
  readonly runs: number;
  readonly kinds: readonly TimedKind[];
  /** Welch's t of two halves of one sample: the noise of this machine. */
  readonly tOfNoise: number;
}

/** Share of each sample that counts, the fastest first. */
const KEPT = 0.9;
const WARM_UP = 20;
const WRONG = 'not the password';

interface Credentials {
  readonly username: string;
  readonly password: string;
  /** The reason in the answer. */
  readonly reason: string;
}

/**
 * Makes the accounts of the trial: bob has a usual one, carol none, dora a disabled one, and emil
 * has used a one-time password.
 */
async function prepare({
  users,
  accounts,
  hasher,
  clock,
}: TestServer): Promise<Readonly<Record<RefusalKind, Credentials>>> {
  for (const username of ['dora', 'emil'])
    await users.create({
      id: username,
      username,
      role: 'User',
      passwordHash: await hasher.hash('password'),
      createdAt: clock.now(),
    });
  await accounts.setDisabled('dora', true, { ...SYSTEM, shownReason: 'You left the company.' });
  const { password } = await accounts.rescue('emil', SYSTEM);
  await accounts.checkPassword('emil', password, SYSTEM);
  const reason = 'invalid_credentials';
  return {
    'wrong password': { username: 'bob', password: WRONG, reason },
    'unknown user': { username: 'carol', password: WRONG, reason },
    'disabled, wrong password': { username: 'dora', password: WRONG, reason },
    'disabled, right password': {
      username: 'dora',
      password: 'password',
      reason: 'user_disabled',
    },
    'spent one-time password': { username: 'emil', password, reason: 'one_time_password_spent' },
  };
}

/**
 * Measures over HTTP the time to refuse sign-ins of each kind, in turn and in random order.
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
  const samples = new Map<RefusalKind, number[]>(KINDS.map((kind) => [kind, []]));
  try {
    const credentials = await prepare(app);
    for (let n = 0; n < WARM_UP; n++)
      for (const kind of KINDS) await refused(app.origin, credentials[kind]);
    for (let n = 0; n < runs; n++) {
      for (const kind of shuffled(KINDS))
        samples.get(kind)?.push(await refused(app.origin, credentials[kind]));
      onProgress(n + 1);
    }
  } finally {
    await app.close();
  }
  const wrong = samples.get('wrong password') ?? [];
  return {
    runs,
    kinds: [...samples].map(([kind, sample]) => ({
      kind,
      median: median(sample),
      t: welchT(fastest(sample, KEPT), fastest(wrong, KEPT)),
    })),
    tOfNoise: welchT(fastest(halfOf(wrong, 0), KEPT), fastest(halfOf(wrong, 1), KEPT)),
  };
}

/**
 * Returns the milliseconds until a sign-in was refused.
 *
 * @throws Error if it was answered otherwise
 */
async function refused(
  origin: string,
  { username, password, reason }: Credentials,
): Promise<number> {
  const body = JSON.stringify({ username, password });
  const began = performance.now();
  const response = await fetch(`${origin}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const text = await response.text();
  const milliseconds = performance.now() - began;
  if (response.status !== 401 || (JSON.parse(text) as { reason?: string }).reason !== reason)
    throw new Error(`the sign-in of ${username} was answered with ${response.status} ${text}`);
  return milliseconds;
}

/** Formats the result, one line for each kind. */
export function describeTiming({ runs, kinds, tOfNoise }: TimingResult): string {
  return [
    `refused sign-ins, ${runs} of each kind; Welch's t against a wrong password (noise alone: ${tOfNoise.toFixed(2)})`,
    ...kinds.map(
      ({ kind, median, t }) =>
        `  ${kind.padEnd(26)} median ${median.toFixed(2)} ms  t = ${t.toFixed(2)}`,
    ),
  ].join('\n');
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

function halfOf(sample: readonly number[], rest: 0 | 1): number[] {
  return sample.filter((_, index) => index % 2 === rest);
}
