import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { keyRing } from '../keys/key-ring.ts';
import { ALGORITHMS } from '../keys/keys.ts';
import { parseSessionOptions } from '../options.ts';
import { type AccessTokenClaims, signAccessToken, verifyAccessToken } from './access-token.ts';

const T0 = Date.UTC(2027, 0, 1);
const SECRET = Buffer.from('the secret of these tests, number 7').toString('base64url');
const options = parseSessionOptions();
const claims: AccessTokenClaims = {
  iss: 'latchkey',
  aud: 'latchkey',
  sub: 'u1',
  name: 'alice',
  role: 'User',
  sid: 'AAAAAAAAAAAAAAAAAAAAAA',
  gen: 4,
  ver: 0,
  iat: T0 / 1000,
  exp: T0 / 1000 + 600,
};

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsaRing = keyRing(
  [{ kid: 'rsa', algorithm: 'RS256', signKey: rsa.privateKey, verifyKey: rsa.publicKey }],
  deriveKeyRing([SECRET]).macVerifying,
);
const rings = {
  HS256: deriveKeyRing([SECRET]),
  ES256: keyRing(
    [{ kid: 'ec', algorithm: 'ES256', signKey: ec.privateKey, verifyKey: ec.publicKey }],
    deriveKeyRing([SECRET]).macVerifying,
  ),
  RS256: rsaRing,
};
const ring = rings.HS256;
const verify = (token: string, now = T0) => verifyAccessToken(ring, options, token, now);
const invalid = { kind: 'invalid', reason: 'access_token_invalid' };

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
/** Signs any header and payload with a valid key: only the check under test can reject them. */
function forge(header: unknown, payload: unknown, key: KeyObject = ring.signing.signKey): string {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}
const header = { alg: 'HS256', typ: 'at+jwt', kid: ring.signing.kid };

describe('verifyAccessToken', () => {
  it.each(ALGORITHMS)('verifies an access token signed with %s, of less than 1 kB', (algorithm) => {
    const token = signAccessToken(rings[algorithm], claims);
    expect(verifyAccessToken(rings[algorithm], options, token, T0)).toEqual({
      kind: 'valid',
      claims,
    });
    expect(token.length).toBeLessThan(1024);
  });

  it("accepts the forger's token as long as nothing in it is modified", () => {
    expect(verify(forge(header, claims))).toEqual({ kind: 'valid', claims });
  });

  it.each([
    [-1, 'valid'],
    [0, 'access_token_expired'],
    [1, 'access_token_expired'],
  ])('judges an access token %i s from its expiry as %s', (offset, expected) => {
    const verdict = verify(signAccessToken(ring, claims), T0 + (600 + offset) * 1000);
    expect(verdict.kind === 'valid' ? 'valid' : verdict.reason).toBe(expected);
  });

  it.each([
    [4, 'valid'],
    [5, 'access_token_expired'],
  ])('judges an access token %i s late, with 5 s of clock tolerance, as %s', (late, expected) => {
    const verdict = verifyAccessToken(
      ring,
      { ...options, clockToleranceSeconds: 5 },
      signAccessToken(ring, claims),
      T0 + (600 + late) * 1000,
    );
    expect(verdict.kind === 'valid' ? 'valid' : verdict.reason).toBe(expected);
  });

  it.each([
    [-300, 'valid'],
    [-300.001, 'access_token_expired'],
  ])('judges an access token presented %d s from its iat as %s', (offset, expected) => {
    const verdict = verify(signAccessToken(ring, claims), T0 + offset * 1000);
    expect(verdict.kind === 'valid' ? 'valid' : verdict.reason).toBe(expected);
  });

  it.each([
    ['alg none', { ...header, alg: 'none' }],
    ['alg None', { ...header, alg: 'None' }],
    ['alg NONE', { ...header, alg: 'NONE' }],
    ['another algorithm than its key', { ...header, alg: 'HS512' }],
    ['alg missing', { typ: 'at+jwt', kid: header.kid }],
    ['typ JWT', { ...header, typ: 'JWT' }],
    ['typ missing', { alg: 'HS256', kid: header.kid }],
    ['kid missing', { alg: 'HS256', typ: 'at+jwt' }],
    ['kid unknown', { ...header, kid: 'other' }],
    ['kid with a path', { ...header, kid: '../../../dev/null' }],
    ['kid __proto__', { ...header, kid: '__proto__' }],
    ['kid as an array', { ...header, kid: [header.kid] }],
    ['crit', { ...header, crit: ['exp'] }],
    ['b64 false', { ...header, b64: false }],
    ['jku', { ...header, jku: 'http://127.0.0.1:1/keys' }],
    ['x5u', { ...header, x5u: 'http://127.0.0.1:1/cert' }],
    ['jwk', { ...header, jwk: { kty: 'oct', k: SECRET } }],
    ['a duplicate member in its header', JSON.stringify(header).replace('{', '{"alg":"none",')],
    ['spaces in its header', JSON.stringify(header, null, 1)],
    ['an array for a header', [header]],
    ['null for a header', 'null'],
    ['no JSON for a header', '{'],
  ])('rejects an access token whose header has %s', (_title, forged) => {
    expect(verify(forge(forged, claims))).toEqual(invalid);
  });

  it.each<[string, unknown]>([
    ...Object.keys(claims).map((name): [string, unknown] => [
      `${name} missing`,
      { ...claims, [name]: undefined },
    ]),
    ['an unknown claim', { ...claims, admin: true }],
    ['a duplicate member', JSON.stringify(claims).replace('{', '{"role":"Admin",')],
    ['another issuer', { ...claims, iss: 'other' }],
    ['another audience', { ...claims, aud: 'other' }],
    ['an array of audiences', { ...claims, aud: ['latchkey'] }],
    ['exp as a string', { ...claims, exp: String(claims.exp) }],
    ['exp finer than a millisecond', { ...claims, exp: claims.exp + 0.0001 }],
    ['exp beyond the year 9999', { ...claims, exp: 1e12 }],
    ['exp null', { ...claims, exp: null }],
    ['exp before iat', { ...claims, iat: claims.exp + 1 }],
    [
      'a lifetime longer than a session may idle',
      { ...claims, exp: claims.iat + options.idleSeconds + 1 },
    ],
    ['a name that is no Unicode', { ...claims, name: '\ud800' }],
    ['a fractional generation', { ...claims, gen: 1.5 }],
    ['a negative generation', { ...claims, gen: -1 }],
    ['a session id of another length', { ...claims, sid: 'AAAA' }],
    ['nested arrays', `${'['.repeat(500)}${']'.repeat(500)}`],
    ['no object', '"claims"'],
  ])('rejects an access token whose payload has %s', (_title, payload) => {
    expect(verify(forge(header, payload))).toEqual(invalid);
  });

  it('rejects an access token of more than 2 kB before any cryptography', () => {
    expect(verify(forge(header, { ...claims, name: 'x'.repeat(4096) }))).toEqual(invalid);
  });

  it.each(['', '.', '..', 'a.b.c', 'a.b', 'a.b.c.d', 'not a token', '\u0000', '💥'.repeat(50)])(
    'rejects the text %j as an access token',
    (token) => {
      expect(verify(token)).toEqual(invalid);
    },
  );

  it('rejects an access token with an empty, missing, foreign or non-canonical signature', () => {
    const token = signAccessToken(ring, claims);
    const [head, body, signature = ''] = token.split('.');
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelled = signature.slice(0, -1) + last[last.indexOf(signature.at(-1) ?? '') + 1];
    for (const other of ['', 'null', 'AAAA', respelled])
      expect(verify(`${head}.${body}.${other}`)).toEqual(invalid);
    expect(verify(`${head}.${body}`)).toEqual(invalid);
    expect(
      verify(
        signAccessToken(
          deriveKeyRing([Buffer.from('the secret of these tests, number 8').toString('base64url')]),
          claims,
        ),
      ),
    ).toEqual(invalid);
  });

  it('rejects an access token with an HMAC by a public RSA key (algorithm confusion)', () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    for (const alg of ['HS256', 'RS256']) {
      const input = `${part({ alg, typ: 'at+jwt', kid: 'rsa' })}.${part(claims)}`;
      const forged = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
      expect(verifyAccessToken(rsaRing, options, forged, T0)).toEqual(invalid);
    }
  });

  it('rejects an access token with an ES256 signature in DER form', () => {
    const { kid, signKey } = rings.ES256.signing;
    const input = `${part({ alg: 'ES256', typ: 'at+jwt', kid })}.${part(claims)}`;
    const der = sign('sha256', Buffer.from(input), signKey).toString('base64url');
    expect(verifyAccessToken(rings.ES256, options, `${input}.${der}`, T0)).toEqual(invalid);
    const plain = sign('sha256', Buffer.from(input), {
      key: signKey,
      dsaEncoding: 'ieee-p1363',
    }).toString('base64url');
    expect(verifyAccessToken(rings.ES256, options, `${input}.${plain}`, T0)).toEqual({
      kind: 'valid',
      claims,
    });
  });

  it('derives the same keys from the same secret on every node', () => {
    const token = signAccessToken(deriveKeyRing([SECRET]), claims);
    expect(verifyAccessToken(deriveKeyRing([SECRET]), options, token, T0).kind).toBe('valid');
  });
});
