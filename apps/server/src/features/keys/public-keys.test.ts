import { SYSTEM } from '@latchkey/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';

let app: TestServer;
async function start(variables: Record<string, string> = {}): Promise<void> {
  app = await startApp({ variables: { JWT_ALGORITHM: 'ES256', ...variables } });
}
beforeEach(() => start());
afterEach(() => app.close());

describe('the JWK Set', () => {
  const get = (headers: Record<string, string> = {}) =>
    fetch(`${app.origin}/.well-known/jwks.json`, { headers });

  it('the JWK Set may be cached for half of the time before a new key signs, and answers 304', async () => {
    const reply = await get();
    const etag = reply.headers.get('etag') ?? '';
    expect([
      reply.status,
      reply.headers.get('content-type'),
      reply.headers.get('cache-control'),
    ]).toEqual([200, 'application/jwk-set+json', 'public, max-age=300']);
    const { keys } = (await reply.json()) as { keys: object[] };
    expect(keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        alg: 'ES256',
        use: 'sig',
        kid: app.keys.ring.signing.kid,
      },
    ]);
    expect([
      (await get({ 'if-none-match': etag })).status,
      (await get({ 'if-none-match': '"other"' })).status,
    ]).toEqual([304, 200]);
    await app.keyChanges.rotate('access-token', 'next', SYSTEM);
    expect((await get({ 'if-none-match': etag })).status).toBe(200);
  });

  it('the JWK Set is empty when the keys are symmetric secrets', async () => {
    await app.close();
    await start({ JWT_ALGORITHM: 'HS256' });
    expect(await (await get()).json()).toEqual({ keys: [] });
  });
});
