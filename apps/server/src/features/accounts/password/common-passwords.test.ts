import { EventEmitter } from 'node:events';
import { publicError } from '@latchkey/trpc';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, it } from 'vitest';
import { isCommonPassword, passwordJudge } from './common-passwords.ts';
import type { Question } from './common-passwords-worker.ts';

/** A fake worker thread that answers when the test tells it to. */
class FakeThread extends EventEmitter {
  readonly questions: Question[] = [];
  keepsAlive = false;
  postMessage(question: Question) {
    this.questions.push(question);
  }
  answer(score: number) {
    this.emit('message', { id: this.questions.shift()?.id, score });
  }
  ref() {
    this.keepsAlive = true;
  }
  unref() {
    this.keepsAlive = false;
  }
  terminate = async () => 0;
}

function stage(maxWaiting = 3) {
  const threads: FakeThread[] = [];
  const judge = passwordJudge({
    maxWaiting,
    startThread: () => {
      threads.push(new FakeThread());
      return threads.at(-1) as FakeThread;
    },
  });
  return { judge, threads };
}

describe('the worker thread that rates passwords', () => {
  it('rating a password does not block the event loop', async () => {
    await isCommonPassword('warm up', 'bob');
    let judged = false;
    const judging = isCommonPassword(
      'correct horse battery staple and a few more words of it',
      'bob',
    ).then(() => {
      judged = true;
    });
    // The answer of a worker thread needs a turn of the event loop; a rating in this thread would
    // only need microtasks.
    for (let turn = 0; turn < 1_000; turn++) await Promise.resolve();
    expect(judged).toBe(false);
    await judging;
  });

  it('the worker thread rates passwords as zxcvbn does in the main thread', async () => {
    const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
    const passwords = [
      'passwordpassword',
      'qwertyuiopasdfgh',
      'zebulonzebulon1',
      'lantern otter seventeen brick',
      'aaaaaaaaaaaaaaaa',
      '15.11.2026 15.11.2026',
      '\ud83d\udd11'.repeat(30),
    ];
    const here = passwords.map(
      (password) => estimator.check(password.slice(0, 48), ['zebulon']).score < 3,
    );
    expect(
      await Promise.all(passwords.map((password) => isCommonPassword(password, 'zebulon'))),
    ).toEqual(here);
    expect(new Set(here).size).toBe(2);
  });

  it('the worker thread keeps the process alive only while a rating is awaited', async () => {
    const { judge, threads } = stage();
    const answers = [judge('a', 'x'), judge('b', 'x')];
    expect([threads.length, threads[0]?.keepsAlive]).toEqual([1, true]);
    threads[0]?.answer(2);
    expect(threads[0]?.keepsAlive).toBe(true);
    threads[0]?.answer(3);
    expect([await Promise.all(answers), threads[0]?.keepsAlive, threads.length]).toEqual([
      [true, false],
      false,
      1,
    ]);
  });

  it('the password judge queues a bounded number of passwords, and refuses more with Retry-After', async () => {
    const { judge, threads } = stage(2);
    const waiting = [judge('a', 'x'), judge('b', 'x')];
    const refused = await judge('c', 'x').catch((error: unknown) => publicError(error));
    expect(refused).toMatchObject({ httpStatus: 503, reason: 'overloaded', retryAfterSeconds: 2 });
    threads[0]?.answer(0);
    const next = judge('d', 'x');
    threads[0]?.answer(0);
    threads[0]?.answer(4);
    expect([await Promise.all(waiting), await next]).toEqual([[true, true], false]);
  });

  it('a faulty worker thread is replaced, and the ratings that waited for it are rejected', async () => {
    const { judge, threads } = stage();
    const lost = judge('a', 'x');
    threads[0]?.emit('error', new Error('out of memory'));
    threads[0]?.emit('exit', 1);
    await expect(lost).rejects.toThrow('out of memory');
    const next = judge('b', 'x');
    threads[1]?.answer(4);
    expect([await next, threads.length]).toEqual([false, 2]);
  });
});
