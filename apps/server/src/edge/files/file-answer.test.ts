import type { AddressInfo } from 'node:net';
import { StoreUnavailableError } from '@latchkey/core';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerErrors } from '../http-error.ts';
import { isTextFile, sendTextFile } from './file-answer.ts';

type Server = ReturnType<express.Express['listen']>;

let server: Server;
let origin: string;
let make: () => AsyncGenerator<string, void>;
let faults: unknown[];
let taken: number;
let isOver: boolean;
beforeEach(async () => {
  [faults, taken, isOver] = [[], 0, false];
  const app = express();
  app.get('/file', (req, res) =>
    sendTextFile(req, res, { name: 'a.csv', type: 'text/csv', chunks: make() }),
  );
  app.use(answerErrors((error) => void faults.push(error)));
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Yields the given number of chunks, then ends or throws. */
async function* chunks(
  count: number,
  text: string,
  end: () => void = () => {},
): AsyncGenerator<string, void> {
  try {
    for (; taken < count; taken++) yield text;
    end();
  } finally {
    isOver = true;
  }
}

/** Tells whether the source of the chunks was not read in a hundred turns of the event loop. */
async function hasStopped(): Promise<boolean> {
  const before = taken;
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  return taken === before;
}

describe('a file as a response', () => {
  it('sends a file as an attachment with Cache-Control: no-store', async () => {
    make = () => chunks(3, 'ä');
    const answer = await fetch(`${origin}/file`);
    expect([answer.status, await answer.text()]).toEqual([200, 'äää']);
    expect(
      ['content-type', 'content-disposition', 'cache-control'].map((name) =>
        answer.headers.get(name),
      ),
    ).toEqual(['text/csv; charset=utf-8', 'attachment; filename="a.csv"', 'no-store']);
  });

  it('sends an empty file', async () => {
    make = () => chunks(0, '');
    expect(await (await fetch(`${origin}/file`)).text()).toBe('');
  });

  it('does not generate the file for a HEAD request', async () => {
    make = () => chunks(3, 'x');
    const answer = await fetch(`${origin}/file`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type'), taken]).toEqual([
      200,
      'text/csv; charset=utf-8',
      0,
    ]);
  });

  it('answers an error before the first chunk of a file with an error response', async () => {
    make = () =>
      chunks(0, '', () => {
        throw new StoreUnavailableError('out');
      });
    const answer = await fetch(`${origin}/file`);
    expect([
      answer.status,
      answer.headers.get('content-disposition'),
      ((await answer.json()) as { reason: string }).reason,
    ]).toEqual([503, null, 'store_unavailable']);
  });

  it('breaks the connection and reports the error if one occurs after the first chunk of a file', async () => {
    make = () =>
      chunks(2, 'x'.repeat(100), () => {
        throw new Error('in the middle');
      });
    const answer = await fetch(`${origin}/file`);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
    expect(faults).toEqual([expect.objectContaining({ message: 'in the middle' })]);
  });

  it('generates a file as fast as the client reads, and stops when the client disconnects', async () => {
    make = () => chunks(10_000, 'x'.repeat(100_000));
    const answer = await fetch(`${origin}/file`);
    const reader = answer.body?.getReader();
    await reader?.read();
    await expect.poll(() => taken).toBeGreaterThan(1);
    await expect.poll(hasStopped).toBe(true);
    expect(taken).toBeLessThan(1_000);
    await reader?.cancel();
    await expect.poll(() => isOver).toBe(true);
    expect(faults).toEqual([]);
  });
});

it('sends a value that only resembles a file as JSON', () => {
  for (const output of [
    null,
    'text',
    { name: 'a', type: 'b' },
    { chunks: null },
    { chunks: 'abc' },
    [],
  ])
    expect(isTextFile(output)).toBe(false);
  expect(isTextFile({ chunks: chunks(0, '') })).toBe(true);
});
