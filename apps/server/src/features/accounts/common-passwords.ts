import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** As much of a password as is judged: more costs time, and a good beginning is enough. */
const JUDGED = 48;
/** zxcvbn's scale is 0 to 4; 3 is "safely unguessable". */
const GOOD_ENOUGH = 3;

let estimator: Promise<ZxcvbnFactory> | undefined;

/**
 * Whether a password is one of the first that would be guessed: from lists of common passwords, words, names, dates, keyboard walks and
 * repetitions, or made of the person's own name (ASVS 6.2.4, 6.2.11). Nothing leaves this machine.
 */
export async function isCommonPassword(password: string, username: string): Promise<boolean> {
  estimator ??= load();
  return (await estimator).check(password.slice(0, JUDGED), [username]).score < GOOD_ENOUGH;
}

/** The word lists are a megabyte: they are read when the first person chooses a password. */
async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, { dictionary, adjacencyGraphs }] = await Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')]);
  return new Factory({ dictionary, graphs: adjacencyGraphs });
}
