import type { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { refuse } from '@latchkey/trpc';
import type { Judgement, Question } from './common-passwords-worker.ts';

/**
 * Number of characters of a password that are rated: more would cost time, and a strong prefix is
 * enough.
 */
const JUDGED = 48;
/** Minimum score of a password. zxcvbn's scale is 0 to 4; 3 means "safely unguessable". */
const MIN_SCORE = 3;
const MAX_WAITING = 200;

/** The part of a worker thread that the password judge uses. */
type Thread = Pick<Worker, 'postMessage' | 'ref' | 'unref' | 'terminate'> &
  Pick<EventEmitter, 'on'>;

export interface PasswordJudgeOptions {
  /** Replaces the worker thread, for tests. */
  readonly startThread?: () => Thread;
  /** Maximum number of passwords that wait to be rated; more are refused (503 with Retry-After). */
  readonly maxWaiting?: number;
}

/**
 * Rates passwords with zxcvbn in one worker thread: a rating takes milliseconds that would block
 * all requests, and the word lists take a megabyte. The thread starts with the first password, does
 * not keep the process alive, and is replaced after a fault.
 *
 * @returns a function that resolves to whether a password is easily guessed: from lists of common
 *   passwords, words, names, dates, keyboard walks and repetitions, or made of the person's own
 *   name (ASVS 6.2.4, 6.2.11). Nothing leaves this machine. It rejects with TRPCError 503
 *   `overloaded`, or with the error that ended the thread.
 */
export function passwordJudge({
  startThread = () => new Worker(new URL('./common-passwords-worker.ts', import.meta.url)),
  maxWaiting = MAX_WAITING,
}: PasswordJudgeOptions = {}): (password: string, username: string) => Promise<boolean> {
  const waiting = new Map<number, PromiseWithResolvers<boolean>>();
  let thread: Thread | null = null;
  let last = 0;

  function start(): Thread {
    const started = startThread();
    const fail = (error: Error) => {
      if (thread !== started) return;
      thread = null;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      void started.terminate();
    };
    started.on('message', ({ id, score }: Judgement) => {
      waiting.get(id)?.resolve(score < MIN_SCORE);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', fail);
    started.on('exit', (code) =>
      fail(new Error(`the worker thread that rates passwords ended with exit code ${code}`)),
    );
    return started;
  }

  return async (password, username) => {
    if (waiting.size >= maxWaiting) throw refuse('overloaded', { retryAfterSeconds: 2 });
    thread ??= start();
    const id = ++last;
    const judgement = Promise.withResolvers<boolean>();
    waiting.set(id, judgement);
    /** Keeps a CLI command alive while it waits for a rating: it has no other open handle. */
    thread.ref();
    thread.postMessage({ id, password: password.slice(0, JUDGED), username } satisfies Question);
    return judgement.promise;
  };
}

/**
 * Tells whether a password is easily guessed; all callers in this process share one worker thread.
 */
export const isCommonPassword = passwordJudge();
