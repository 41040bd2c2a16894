import { publicJwks } from '@latchkey/keys';
import type { RequestHandler } from 'express';
import type { Keys } from './open-keys.ts';

/**
 * Serves the JWK Set with which other services verify access tokens (RFC 7517, 5 and 8.5.2). It
 * contains the next key before that key signs, for longer than the response may be cached.
 */
export function publicKeys({ ring, schedule }: Pick<Keys, 'ring' | 'schedule'>): RequestHandler {
  return (req, res) => {
    const { keys, version } = publicJwks(ring);
    res.setHeader('cache-control', `public, max-age=${schedule.publicMaxAgeSeconds}`);
    res.setHeader('etag', `"${version}"`);
    if (req.headers['if-none-match']?.includes(`"${version}"`)) return void res.status(304).end();
    res.setHeader('content-type', 'application/jwk-set+json');
    /**
     * Ends the response directly: Express never answers 304 to `no-cache`, which every fetch with
     * If-None-Match sends.
     */
    res.end(JSON.stringify({ keys }));
  };
}
