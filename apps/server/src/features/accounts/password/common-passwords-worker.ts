import { parentPort } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** A password that the worker thread has to rate. */
export interface Question {
  readonly id: number;
  readonly password: string;
  readonly username: string;
}

export interface Judgement {
  readonly id: number;
  /** The strength of the password on zxcvbn's scale: 0 to 4. */
  readonly score: number;
}

const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
parentPort?.on('message', ({ id, password, username }: Question) => {
  parentPort?.postMessage({
    id,
    score: estimator.check(password, [username]).score,
  } satisfies Judgement);
});
