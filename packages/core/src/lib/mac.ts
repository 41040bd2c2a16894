import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { MacKey } from '../keys/keys.ts';

/**
 * Compares two secrets in a time that depends on the lengths only (ASVS 11.2.4).
 *
 * @example
 * import { equalSecrets } from '@latchkey/core/crypto';
 *
 * const isAllowed = equalSecrets(request.get('X-Api-Key') ?? '', secret);
 */
export function equalSecrets(a: string | Uint8Array, b: string | Uint8Array): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Computes an HMAC-SHA-256 (RFC 2104), truncated to its first `length` bytes.
 *
 * @example
 * import { createSecretKey } from 'node:crypto';
 * import { mac } from '@latchkey/core/crypto';
 *
 * const key = createSecretKey(Buffer.from(secret, 'base64url'));
 * const tag = mac(key, Buffer.from('unsubscribe 7'), 16).toString('base64url');
 */
export function mac(key: KeyObject, data: Uint8Array, length: number): Buffer {
  return createHmac('sha256', key).update(data).digest().subarray(0, length);
}

/** A kind of token that only this server can make: some bytes, and a MAC over them and a text. */
export interface MacTokenFormat {
  /** The first characters of each token, which distinguish kinds and versions; may be empty. */
  readonly prefix: string;
  /** Part of the MAC's input, so that kinds of tokens can share keys. Must not contain a NUL. */
  readonly purpose: string;
  /** The fewest and the most bytes of content that a token may have. */
  readonly contentBytes: readonly [min: number, max: number];
  /** The length of the MAC in bytes. */
  readonly macBytes: number;
}

/** Encodes and opens the tokens of one format. */
export interface MacTokenCodec {
  /** Whether a text has the form of a token; its MAC is not verified. */
  isLike(token: string): boolean;
  /**
   * Encodes a token.
   *
   * @param bound a text that the token belongs to, such as a username; it is not part of the token
   */
  encode(key: MacKey, content: Uint8Array, bound: string): string;
  /**
   * Opens a token whose MAC verifies with one of the keys and one of the texts. Takes constant time
   * for well-formed tokens of one length.
   *
   * @returns the content; `null` if the token is malformed or its MAC does not verify
   */
  open(keys: readonly MacKey[], token: string, bound: readonly string[]): Buffer | null;
  /**
   * Reads the content of a token without verifying its MAC.
   *
   * @returns `null` if the token is malformed
   */
  read(token: string): Buffer | null;
}

/**
 * Creates the codec of a format. A token is the prefix and, in base64url, the key's id (1 byte),
 * the content, and a truncated HMAC-SHA-256. The MAC covers the purpose, the length of what
 * follows, id, content and the bound text, so no two tokens or texts have the same input.
 *
 * @example
 * import { macTokens } from '@latchkey/core/crypto';
 *
 * const invitations = macTokens({
 *   prefix: 'inv1.', purpose: 'invitation', contentBytes: [4, 4], macBytes: 16,
 * });
 * const token = invitations.encode(ring.macSigning, Buffer.from([0, 0, 1, 7]), 'ada@example.com');
 * invitations.open(ring.macVerifying, token, ['ada@example.com']); // the four bytes
 */
export function macTokens({
  prefix,
  purpose,
  contentBytes: [min, max],
  macBytes,
}: MacTokenFormat): MacTokenCodec {
  const [shortest, longest] = [min, max].map((content) =>
    Math.ceil(((1 + content + macBytes) * 4) / 3),
  );
  const pattern = new RegExp(`^[A-Za-z0-9_-]{${shortest},${longest}}$`);

  function macOf({ key }: MacKey, idAndContent: Uint8Array, bound: string): Buffer {
    const head = Buffer.from(`${purpose}\0${idAndContent.length}\0`);
    return mac(key, Buffer.concat([head, idAndContent, Buffer.from(bound)]), macBytes);
  }

  function isLike(token: string): boolean {
    return token.startsWith(prefix) && pattern.test(token.slice(prefix.length));
  }

  /**
   * Decodes the part of a token after its prefix.
   *
   * @returns `null` if it is malformed, or not the canonical text of its bytes
   */
  function bytesOf(token: string): Buffer | null {
    if (!isLike(token)) return null;
    const bytes = Buffer.from(token.slice(prefix.length), 'base64url');
    return prefix + bytes.toString('base64url') === token ? bytes : null;
  }

  return {
    isLike,
    encode(key, content, bound) {
      const bytes = Buffer.concat([Buffer.of(key.id), content]);
      return prefix + Buffer.concat([bytes, macOf(key, bytes, bound)]).toString('base64url');
    },
    open(keys, token, bound) {
      const bytes = bytesOf(token);
      if (!bytes) return null;
      const covered = bytes.subarray(0, -macBytes);
      const presented = bytes.subarray(-macBytes);
      const isAuthentic = keys.some(
        (key) =>
          key.id === bytes[0] &&
          bound.some((text) => equalSecrets(macOf(key, covered, text), presented)),
      );
      return isAuthentic ? covered.subarray(1) : null;
    },
    read: (token) => bytesOf(token)?.subarray(1, -macBytes) ?? null,
  };
}
