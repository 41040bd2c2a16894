import type { AccessTokenKey, KeyRing } from '@latchkey/core';
import { hashSecret } from '@latchkey/core/crypto';

/** A public key with which other services verify access tokens (JWK, RFC 7517). */
export type PublicJwk = { readonly kid: string; readonly use: 'sig' } & (
  | {
      readonly kty: 'EC';
      readonly alg: 'ES256';
      readonly crv: 'P-256';
      readonly x: string;
      readonly y: string;
    }
  | { readonly kty: 'RSA'; readonly alg: 'RS256'; readonly n: string; readonly e: string }
);

/** A JWK Set (RFC 7517, 5) of public keys and its version. */
export interface PublicJwks {
  readonly keys: readonly PublicJwk[];
  /** A hash of the keys, for an ETag. */
  readonly version: string;
}

/**
 * Returns the public keys that verify access tokens now, the next one included. HS256 secrets are
 * left out.
 *
 * @example
 * import { publicJwks } from '@latchkey/keys';
 *
 * app.get('/.well-known/jwks.json', (_request, response) => {
 *   const { keys, version } = publicJwks(ring);
 *   response.set('ETag', `"${version}"`).json({ keys });
 * });
 */
export function publicJwks({ verifying }: Pick<KeyRing, 'verifying'>): PublicJwks {
  const keys = [...verifying.values()].flatMap((key) => publicJwk(key) ?? []);
  return { keys, version: hashSecret(Buffer.from(JSON.stringify(keys))) };
}

function publicJwk({ kid, algorithm, verifyKey }: AccessTokenKey): PublicJwk | null {
  if (algorithm === 'HS256') return null;
  const { crv, x, y, n, e } = verifyKey.export({ format: 'jwk' }) as Record<string, string>;
  return (
    algorithm === 'ES256'
      ? { kty: 'EC', crv, x, y, alg: algorithm, use: 'sig', kid }
      : { kty: 'RSA', n, e, alg: algorithm, use: 'sig', kid }
  ) as PublicJwk;
}
