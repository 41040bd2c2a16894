import { ALGORITHMS, type Algorithm } from '@latchkey/core';
import { z } from 'zod';

/** The members of every {@link PrivateJwk}. */
export interface CommonJwkMembers {
  /** The name of the key (RFC 7517, 4.5): 1 to 64 letters, digits or `. _ ~ -`. */
  readonly kid: string;
  readonly alg: Algorithm;
  /** What the key is for; `sig` by default. */
  readonly use?: 'sig' | 'refresh-token' | undefined;
  /** When the key begins to sign, in seconds since the epoch. */
  readonly nbf?: number | undefined;
  /** The byte that names the key in a refresh token, 0 to 255. */
  readonly id?: number | undefined;
}

/**
 * A private key as JWK (RFC 7517; RFC 7518, 6), with two additions: values of `use` for MAC keys,
 * and their `id`.
 */
export type PrivateJwk = CommonJwkMembers &
  (
    | {
        readonly kty: 'EC';
        readonly crv: 'P-256';
        readonly x: string;
        readonly y: string;
        readonly d: string;
      }
    | {
        readonly kty: 'RSA';
        readonly n: string;
        readonly e: string;
        readonly d: string;
        readonly p: string;
        readonly q: string;
        readonly dp: string;
        readonly dq: string;
        readonly qi: string;
      }
    | { readonly kty: 'oct'; readonly k: string }
  );

const bytes = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be base64url');
const common = {
  kid: z.string().regex(/^[A-Za-z0-9._~-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ ~ -'),
  alg: z.enum(ALGORITHMS, `must be one of ${ALGORITHMS.join(', ')}`),
  use: z
    .enum(['sig', 'refresh-token'], 'must be sig (or left out) or refresh-token')
    .default('sig'),
  /** When the key begins to sign, in seconds since the epoch. */
  nbf: z
    .number('must be a number of seconds since the epoch')
    .min(0)
    .max(253_402_300_799)
    .optional(),
  /** The byte that names the key in a refresh token. */
  id: z.int().min(0).max(255).optional(),
};

/** The schema of a {@link PrivateJwk}. */
export const privateJwk = z.discriminatedUnion(
  'kty',
  [
    z.object({
      ...common,
      kty: z.literal('EC'),
      crv: z.literal('P-256', 'must be P-256'),
      x: bytes,
      y: bytes,
      d: bytes,
    }),
    z.object({
      ...common,
      kty: z.literal('RSA'),
      n: bytes,
      e: bytes,
      d: bytes,
      p: bytes,
      q: bytes,
      dp: bytes,
      dq: bytes,
      qi: bytes,
    }),
    z.object({ ...common, kty: z.literal('oct'), k: bytes }),
  ],
  'must be a private key: an object with kty EC, RSA or oct',
);
