import { describe, expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import type { AccessTokenKey } from '../keys/keys.ts';
import { parseSessionOptions } from '../options.ts';
import { type AccessTokenClaims, signAccessToken, verifyAccessToken } from './access-token.ts';
import { accessTokenCache } from './access-token-cache.ts';
import { newSessionId } from './refresh-token.ts';

const NOW = Date.UTC(2027, 0, 1);
const options = parseSessionOptions();
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);

const claims = (): AccessTokenClaims => {
  const text = {
    iss: options.issuer,
    aud: options.audience,
    sub: 'a',
    name: 'alice',
    role: 'User',
    sid: newSessionId('a'),
  };
  return { ...text, gen: 0, ver: 0, iat: NOW / 1000, exp: NOW / 1000 + 60 };
};
const mint = () => signAccessToken(ring, claims());

/** Creates a cache on a ring that can lose its key, and counts the signatures that it checks. */
function counted(capacity?: number) {
  const { kid, algorithm, signKey, verifyKey } = ring.signing;
  const checked = { signatures: 0 };
  const counting = (): AccessTokenKey => ({
    kid,
    algorithm,
    signKey,
    get verifyKey() {
      checked.signatures += 1;
      return verifyKey;
    },
  });
  const verifying = new Map([[kid, counting()]]);
  const replaceKey = () => verifying.set(kid, counting());
  return {
    verifier: accessTokenCache({ verifying }, options, undefined, capacity),
    verifying,
    replaceKey,
    checked,
  };
}

describe('accessTokenCache', () => {
  it('checks the signature of an access token once for many presentations', () => {
    const { verifier, checked } = counted();
    const token = mint();
    for (const _ of [1, 2])
      expect([
        verifier.verify(token, NOW).kind,
        verifier.verifyPresented(token, NOW).verdict.kind,
      ]).toEqual(['valid', 'valid']);
    expect(checked.signatures).toBe(1);
  });

  it('checks the expiry of a cached token at each verification', () => {
    const { verifier } = counted();
    const token = mint();
    for (const [now, verdict] of [
      [NOW, { kind: 'valid', claims: expect.objectContaining({ sub: 'a' }) }],
      [NOW + 59_999, { kind: 'valid', claims: expect.objectContaining({ sub: 'a' }) }],
      [NOW + 60_000, { kind: 'invalid', reason: 'access_token_expired' }],
      [NOW - 300_001, { kind: 'invalid', reason: 'access_token_expired' }],
    ] as const)
      expect(verifier.verify(token, now)).toEqual(verdict);
  });

  it('accessTokenCache judges every token as verifyAccessToken does (D12)', () => {
    const { verifier, verifying } = counted();
    const [header = '', claims = ''] = mint().split('.');
    for (const token of [mint(), 'junk', `${header}.${claims}.AAAA`])
      for (const now of [NOW, NOW + 59_999, NOW + 60_000, NOW - 300_001])
        expect(verifier.verify(token, now)).toEqual(
          verifyAccessToken({ verifying }, options, token, now),
        );
  });

  it('does not cache invalid access tokens', () => {
    const { verifier, checked } = counted();
    const forged = `${mint().slice(0, -4)}AAAA`;
    for (const _ of [1, 2]) {
      expect(verifier.verify(forged, NOW)).toEqual({
        kind: 'invalid',
        reason: 'access_token_invalid',
      });
      expect(verifier.verifyPresented(forged, NOW)).toEqual({
        verdict: { kind: 'invalid', reason: 'access_token_invalid' },
        first: false,
      });
    }
    expect(checked.signatures).toBe(4);
  });

  it('evicts the oldest access token beyond the capacity of the cache', () => {
    const { verifier, checked } = counted(2);
    const [a, b, c] = [mint(), mint(), mint()];
    for (const token of [a, b, c]) verifier.verify(token, NOW);
    expect([
      verifier.verify(b, NOW).kind,
      verifier.verify(c, NOW).kind,
      checked.signatures,
    ]).toEqual(['valid', 'valid', 3]);
    expect([verifier.verify(a, NOW).kind, checked.signatures]).toEqual(['valid', 4]);
  });
});

describe('accessTokenCache: changed keys', () => {
  it('rejects a cached token of a removed key, and checks it again if the key returns', () => {
    const { verifier, verifying, checked } = counted();
    const token = mint();
    verifier.verify(token, NOW);
    const keys = [...verifying];
    verifying.clear();
    expect(verifier.verify(token, NOW)).toEqual({
      kind: 'invalid',
      reason: 'access_token_invalid',
    });
    for (const [kid, key] of keys) verifying.set(kid, key);
    expect([verifier.verify(token, NOW).kind, checked.signatures]).toEqual(['valid', 2]);
  });

  it('checks a token again if its key was replaced, and remembers that it was presented', () => {
    const { verifier, replaceKey, checked } = counted();
    const token = mint();
    expect(verifier.verifyPresented(token, NOW).first).toBe(true);
    replaceKey();
    expect(verifier.verifyPresented(token, NOW)).toMatchObject({
      first: false,
      verdict: { kind: 'valid' },
    });
    expect(checked.signatures).toBe(2);
  });
});

describe('verifyPresented', () => {
  it('reports the first presentation of a token once, and none for verify or expired tokens', () => {
    const { verifier } = counted();
    const token = mint();
    verifier.verify(token, NOW);
    const firsts = [NOW + 60_000, NOW, NOW].map(
      (now) => verifier.verifyPresented(token, now).first,
    );
    expect(firsts).toEqual([false, true, false]);
  });
});
