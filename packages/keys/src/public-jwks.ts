import type { AccessTokenKey, KeyRing } from '@latchkey/core';
import { hashSecret } from '@latchkey/core/crypto';

/**
 * A public key for other services (RFC 7517): what it takes to verify an access token, and nothing
 * else.
 */
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

export interface PublicJwks {
  readonly keys: readonly PublicJwk[];
  /** Changes whenever the keys do. */
  readonly version: string;
}

/**
 * Every key whose tokens hold, and the next one ahead. Secrets (HS256) verify too, but can never be
 * shown.
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
