/**
 * The cryptographic primitives of the packages, over `node:crypto`: hashing, MACs, key derivation
 * and authenticated encryption. {@link macTokens} makes tokens that only your server can make.
 *
 * @packageDocumentation
 */

export {
  deriveBytes,
  hashSecret,
  randomSecret,
  seal,
  unseal,
} from './lib/crypto.ts';
export {
  equalSecrets,
  type MacTokenCodec,
  type MacTokenFormat,
  mac,
  macTokens,
} from './lib/mac.ts';
