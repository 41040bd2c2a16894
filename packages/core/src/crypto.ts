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
