import { createPublicKey, generateKeyPairSync, generateKeySync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionLayer, keyRing, memorySessionStore, systemClock } from '@latchkey/core';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { verifyingService } from './verifying-service.ts';

const open: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  open.push(server.listen(0, '127.0.0.1'));
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("verifies by the public keys a token that carries the app's own claims, and reads them (P6)", async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const verifyKey = createPublicKey(privateKey);
  const user = { id: '7', username: 'ada', role: 'User', tokenVersion: 0, disabled: false };
  const owner = { ...user, claims: { tenantId: 'acme' } };
  const layer = createSessionLayer({
    ring: keyRing(
      [{ kid: 'one', algorithm: 'ES256', signKey: privateKey, verifyKey }],
      [{ id: 1, key: generateKeySync('hmac', { length: 256 }) }],
    ),
    store: memorySessionStore(),
    users: { findUser: async () => owner },
    claims: z.object({ tenantId: z.string() }),
    clock: systemClock,
  });
  const jwk = { ...verifyKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' };
  const keys = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
  const service = verifyingService({
    publicKeys: new URL(await listening(keys)),
    issuer: 'latchkey',
    audience: 'latchkey',
    cookieName: 'X-Access-Token',
  });
  const { accessToken } = await layer.issue(owner, { userAgent: null, ipAddress: null });
  const reply = await fetch(await listening(service), {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(await reply.json()).toEqual({
    userId: '7',
    username: 'ada',
    role: 'User',
    claims: { tenantId: 'acme' },
  });
});
