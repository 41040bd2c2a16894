import { expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { parseSessionOptions } from '../options.ts';
import { signAccessToken } from './access-token.ts';
import { accessTokenAuthenticator } from './authenticate.ts';

const NOW = 1_800_000_000_000;
const ring = deriveKeyRing([
  Buffer.from('the secret of these tests, number 1').toString('base64url'),
]);
const options = parseSessionOptions();
const { authenticate } = accessTokenAuthenticator({
  ring,
  options,
  acknowledgements: { push: () => {} },
  revocations: { revocationOf: () => null },
});

/** Signs an access token of one and the same session. */
function token(gen: number, issuedSecondsAgo: number): string {
  const iat = NOW / 1000 - issuedSecondsAgo;
  return signAccessToken(ring, {
    iss: options.issuer,
    aud: options.audience,
    sub: 'a',
    name: 'alice',
    role: 'User',
    sid: 'A'.repeat(22),
    gen,
    ver: 0,
    iat,
    exp: iat + options.accessTokenSeconds,
  });
}

it.each([
  ['a higher generation, issued earlier', token(3, 20), token(2, 10)],
  ['the same generation, issued later', token(3, 10), token(3, 20)],
])('chooses, of two access tokens of one session, the one with %s', (_why, chosen, other) => {
  const alone = authenticate([chosen], NOW);
  expect(alone.kind).toBe('authenticated');
  expect(authenticate([chosen, other], NOW)).toEqual(alone);
  expect(authenticate([other, chosen], NOW)).toEqual(alone);
});
