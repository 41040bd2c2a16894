import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';

/** A file as a procedure's output, generated while it is sent. */
export interface TextFile {
  readonly name: string;
  /** Media type, without the charset, which is UTF-8. */
  readonly type: string;
  readonly chunks: AsyncGenerator<string, void>;
}

/** As a procedure's output. @param mediaType for the OpenAPI document */
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
 * Sends a file as a download. An error before the first chunk becomes an ordinary error answer; a
 * later one breaks the connection, so that a truncated file is never taken for a complete one.
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

/** Whether the client has disconnected. */
function isDisconnected(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
