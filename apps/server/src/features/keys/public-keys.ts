import { publicKeySet } from '@latchkey/core';
import type { RequestHandler } from 'express';
import type { Keys } from './open-keys.ts';

/**
 * The JWK Set by which other services verify access tokens (RFC 7517, 5 and 8.5.2). The next key is in it before it signs, for longer than the
 * answer may be cached.
 */
export function publicKeys({ ring, schedule }: Pick<Keys, 'ring' | 'schedule'>): RequestHandler {
  return (_req, res) => {
    const { keys, version } = publicKeySet(ring);
    res.setHeader('content-type', 'application/jwk-set+json');
    res.setHeader('cache-control', `public, max-age=${schedule.publicMaxAgeSeconds}`);
    res.setHeader('etag', `"${version}"`);
    res.send(Buffer.from(JSON.stringify({ keys })));
  };
}
