import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';

/** A file that a procedure returns, generated while it is sent. */
export interface TextFile {
  readonly name: string;
  /** Media type of the file, without the charset, which is UTF-8. */
  readonly type: string;
  readonly chunks: AsyncGenerator<string, void>;
}

/**
 * Declares that the output of a procedure is a file.
 *
 * @param mediaType for the OpenAPI document
 */
export const textFile = (mediaType: string) =>
  z
    .custom<TextFile>(isTextFile)
    .meta({ override: { type: 'string', contentMediaType: mediaType } });

export function isTextFile(output: unknown): output is TextFile {
  return (
    typeof output === 'object' &&
    output !== null &&
    'chunks' in output &&
    Symbol.asyncIterator in Object(output.chunks)
  );
}

/**
 * Sends a file as a download. An error before the first chunk is answered like any other error; a
 * later one breaks the connection, so that a client never takes a truncated file for a complete
 * one.
 */
export async function sendTextFile(
  req: Request,
  res: Response,
  { name, type, chunks }: TextFile,
): Promise<void> {
  const hasBody = req.method !== 'HEAD';
  const first = hasBody ? await chunks.next() : undefined;
  res.setHeader('content-type', `${type}; charset=utf-8`);
  res.setHeader('content-disposition', `attachment; filename="${name}"`);
  res.setHeader('cache-control', 'no-store');
  if (!first || first.done) return void res.end();
  try {
    await pipeline(Readable.from(following(first.value, chunks)), res);
  } catch (error) {
    if (!isDisconnected(error)) throw error;
  }
}

async function* following(
  first: string,
  rest: AsyncGenerator<string, void>,
): AsyncGenerator<string, void> {
  yield first;
  yield* rest;
}

/** Whether an error means that the client has disconnected. */
function isDisconnected(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
