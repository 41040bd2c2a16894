import type { KeyObject } from 'node:crypto';
import type { AccessTokenKey } from '@latchkey/core';
import {
  derSignature,
  type Forgery,
  type ForgingGround,
  hmac,
  segment,
  signatureOf,
  signed,
} from './forger.ts';

/** The order of the group of P-256 (SEC 2, 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * Returns tokens with the server's header and claims under a foreign signature, or in a
 * non-canonical encoding.
 */
export function forgedSignatures(ground: ForgingGround): Forgery[] {
  const { key, header, claims, foreign } = ground;
  const input = `${segment(header)}.${segment(claims)}`;
  const good = signatureOf(input, key);
  const of = (title: string, signature: Buffer | string): Forgery => ({
    title,
    token: `${input}.${typeof signature === 'string' ? signature : signature.toString('base64url')}`,
  });
  return [
    of('no signature', ''),
    of('null', 'null'),
    of('one byte', Buffer.alloc(1)),
    of('zeros', Buffer.alloc(good.length)),
    of('ones', Buffer.alloc(good.length, 0xff)),
    of('a byte too few', good.subarray(0, -1)),
    of('a byte too many', Buffer.concat([good, Buffer.alloc(1)])),
    of('a byte before it', Buffer.concat([Buffer.alloc(1), good])),
    of('twice', Buffer.concat([good, good])),
    of(
      'of other claims',
      signatureOf(`${segment(header)}.${segment({ ...claims, role: 'Admin' })}`, key),
    ),
    of('over the payload alone', signatureOf(segment(claims), key)),
    of('of another Latchkey with a key of the same name', signatureOf(input, foreign)),
    ...[0, good.length * 4, good.length * 8 - 1].map((bit) =>
      of(`bit ${bit} flipped`, flipped(good, bit)),
    ),
    ...(key.algorithm === 'ES256'
      ? ecdsaSignatures(ground, input).map(([title, signature]) => of(title, signature))
      : []),
    ...spellings(`${input}.${good.toString('base64url')}`),
    ...serialisations(input, good.toString('base64url')),
    {
      title: 'claims changed after signing',
      token: `${segment(header)}.${segment({ ...claims, role: 'Admin' })}.${good.toString('base64url')}`,
    },
  ];
}

/** Returns tokens for algorithm confusion (RFC 8725, 2.1 and 3.1), for every pair of algorithms. */
export function confusedAlgorithms({ key, others, claims }: ForgingGround): Forgery[] {
  const keys = [key, ...others];
  const pairs = keys.flatMap((named) =>
    keys.filter((by) => by !== named).map((by) => [named, by] as const),
  );
  return [
    ...pairs.flatMap(([named, by]) => [
      {
        title: `a signature of ${by.algorithm} under the name of ${named.algorithm}`,
        token: signed(headerOf(named, by.algorithm), claims, by),
      },
      {
        title: `${named.algorithm} claimed, signed by ${by.algorithm}`,
        token: signed(headerOf(named, named.algorithm), claims, by),
      },
    ]),
    ...keys
      .filter(({ algorithm }) => algorithm !== 'HS256')
      .flatMap((named) =>
        publicForms(named.verifyKey).flatMap(([form, secret]) =>
          keys.flatMap(({ kid }) =>
            (['HS256', named.algorithm] as const).map((alg) => {
              const input = `${segment({ alg, typ: 'at+jwt', kid })}.${segment(claims)}`;
              return {
                title: `HMAC with the public ${named.algorithm} key as ${form}, alg ${alg}, kid ${kid}`,
                token: `${input}.${hmac(input, secret).toString('base64url')}`,
              };
            }),
          ),
        ),
      ),
    ...['', '\0', 'secret', 'key-of-HS256'].map((secret) => {
      const input = `${segment({ alg: 'HS256', typ: 'at+jwt', kid: 'key-of-HS256' })}.${segment(claims)}`;
      return {
        title: `HMAC with the secret ${JSON.stringify(secret)}`,
        token: `${input}.${hmac(input, secret).toString('base64url')}`,
      };
    }),
  ];
}

/**
 * Returns the second valid form of an ES256 signature: (r, n - s). A client can compute it from the
 * first and gains nothing: only the cache of verified tokens depends on a token's text.
 */
export function otherSignature(token: string): string {
  const [head, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const other = [bytes.subarray(0, 32), scalar(ORDER - toNumber(bytes.subarray(32)))];
  return `${head}.${payload}.${Buffer.concat(other).toString('base64url')}`;
}

const headerOf = ({ kid }: AccessTokenKey, alg: string) => ({ alg, typ: 'at+jwt', kid });

function publicForms(key: KeyObject): [string, string | Buffer][] {
  const pem = key.export({ type: 'spki', format: 'pem' }).toString();
  const jwk = key.export({ format: 'jwk' });
  return [
    ['PEM', pem],
    ['PEM without its last line end', pem.trimEnd()],
    ['DER', key.export({ type: 'spki', format: 'der' })],
    ['JWK', JSON.stringify(jwk)],
    [
      'raw bytes',
      Buffer.concat(
        [jwk.n ?? jwk.x ?? '', jwk.y ?? ''].map((part) => Buffer.from(part, 'base64url')),
      ),
    ],
  ];
}

function ecdsaSignatures({ key }: ForgingGround, input: string): [string, Buffer][] {
  const good = signatureOf(input, key);
  const [r, s] = [good.subarray(0, 32), good.subarray(32)];
  const zero = Buffer.alloc(32);
  return [
    ['DER', derSignature(input, key)],
    ['r = s = 0', Buffer.alloc(64)],
    ['r = 0', Buffer.concat([zero, s])],
    ['s = 0', Buffer.concat([r, zero])],
    ['r = s = n', Buffer.concat([scalar(ORDER), scalar(ORDER)])],
    ['r = n, s = 1', Buffer.concat([scalar(ORDER), scalar(1n)])],
    ['r = s = 1', Buffer.concat([scalar(1n), scalar(1n)])],
    ['r and s exchanged', Buffer.concat([s, r])],
    ['each half a byte longer', Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s])],
  ];
}

function spellings(token: string): Forgery[] {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const plain = Buffer.from(signature, 'base64url').toString('base64');
  const last = ALPHABET.indexOf(signature.at(-1) ?? '');
  const respelled = signature.slice(0, -1) + ALPHABET[last ^ 1];
  return [
    { title: 'padding', token: `${token}=` },
    { title: 'all padding', token: `${token}==` },
    { title: 'padding in the header', token: `${head}=.${payload}.${signature}` },
    {
      title: 'the other base64 alphabet',
      token: `${head}.${payload}.${/[+/]/.test(plain) ? plain : `${plain}+/`}`,
    },
    { title: 'unused bits set', token: `${head}.${payload}.${respelled}` },
    ...[' ', '\t', '\n', '\r\n', '\0', '\u00a0', '%20', '"'].flatMap((character) => [
      { title: `${JSON.stringify(character)} after it`, token: token + character },
      { title: `${JSON.stringify(character)} before it`, token: character + token },
      {
        title: `${JSON.stringify(character)} inside`,
        token: `${head}.${payload.slice(0, 9)}${character}${payload.slice(9)}.${signature}`,
      },
    ]),
  ].filter(({ token: forged }) => forged.trim() !== token);
}

function serialisations(input: string, signature: string): Forgery[] {
  const [protectedHeader, payload] = input.split('.');
  return [
    {
      title: 'JSON, flattened',
      token: JSON.stringify({ protected: protectedHeader, payload, signature }),
    },
    {
      title: 'JSON, general',
      token: JSON.stringify({ payload, signatures: [{ protected: protectedHeader, signature }] }),
    },
    { title: 'five parts, as an encrypted token has', token: `${input}.${signature}.AAAA.AAAA` },
    {
      title: 'encrypted',
      token: `${segment({ alg: 'dir', enc: 'A256GCM', kid: 'key-of-HS256' })}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`,
    },
    { title: 'four parts', token: `${input}.${signature}.${signature}` },
    { title: 'a dot after it', token: `${input}.${signature}.` },
    { title: 'a dot before it', token: `.${input}.${signature}` },
    { title: 'parts exchanged', token: `${payload}.${protectedHeader}.${signature}` },
    { title: 'a detached payload', token: `${protectedHeader}..${signature}` },
    ...['.', '..', '...', 'a', 'a.b', 'a.b.c', 'null', '{}', 'Bearer', '\u{1f4a5}'].map(
      (token) => ({ title: token, token }),
    ),
  ];
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

const toNumber = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);
const scalar = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
