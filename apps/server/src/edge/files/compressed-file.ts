import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

interface Compressed {
  readonly body: Buffer;
  readonly lastModified: string;
}

/** A higher brotli quality takes seconds for a megabyte and saves a few per cent. */
const BROTLI_QUALITY = 6;
const ENCODERS = {
  br: (text: Buffer) =>
    promisify(brotliCompress)(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
    }),
  gzip: (text: Buffer) => promisify(gzip)(text),
} as const;
type Encoding = keyof typeof ENCODERS;

export interface CompressedFileOptions {
  readonly maxAgeSeconds: number;
  /** Whether the file's content never changes under its name. */
  readonly immutable?: boolean;
}

/**
 * Serves one text file, compressed once for each encoding on first use and kept in memory. A client
 * that accepts no compression gets it from disk. A missing file is left to the next handler.
 *
 * @param path absolute
 */
export function compressedFile(
  path: string,
  { maxAgeSeconds, immutable = false }: CompressedFileOptions,
): RequestHandler {
  const kept = new Map<Encoding, Promise<Compressed>>();
  const cacheControl = `public, max-age=${maxAgeSeconds}${immutable ? ', immutable' : ''}`;

  async function compress(encoding: Encoding): Promise<Compressed> {
    const [text, { mtime }] = await Promise.all([readFile(path), stat(path)]);
    return { body: await ENCODERS[encoding](text), lastModified: mtime.toUTCString() };
  }

  function compressed(encoding: Encoding): Promise<Compressed> {
    const known = kept.get(encoding);
    if (known) return known;
    const made = compress(encoding);
    kept.set(encoding, made);
    made.catch(() => kept.delete(encoding));
    return made;
  }

  return async (req, res, next) => {
    res.vary('Accept-Encoding');
    const encoding = req.acceptsEncodings('br', 'gzip') as Encoding | false;
    if (!encoding)
      return res.sendFile(path, { maxAge: maxAgeSeconds * 1000, immutable, dotfiles: 'allow' });
    try {
      const { body, lastModified } = await compressed(encoding);
      res.set({ 'cache-control': cacheControl, 'last-modified': lastModified });
      if (req.fresh) return void res.status(304).end();
      res
        .type(extname(path))
        .set({ 'content-encoding': encoding, 'content-length': String(body.length) })
        .end(body);
    } catch (error) {
      next((error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : error);
    }
  };
}
