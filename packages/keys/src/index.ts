export {
  type DatabaseKeys,
  type DatabaseKeysOptions,
  databaseKeys,
  type KeyTable,
  type StoredKey,
} from './database-keys.ts';
export { derivedKeys } from './derived-keys.ts';
export {
  KEY_PURPOSES,
  type KeyDates,
  type KeyLifecycle,
  type KeyLifetimes,
  type KeyPurpose,
  type KeyStatus,
  keyLifecycles,
  keyLifetimes,
  type ManagedKey,
  namedKeys,
} from './key-lifecycle.ts';
export { type KeySource, staticKeys } from './key-source.ts';
export { generateJwk, type PrivateJwk, parseKeySet } from './private-jwk.ts';
export { type PublicJwk, type PublicJwks, publicJwks } from './public-jwks.ts';
export { type RotationSchedule, rotationSchedule, successorDue } from './rotation-schedule.ts';
export {
  type KeysEvent,
  type WatchedKeys,
  type WatchKeysOptions,
  watchKeys,
} from './watch-keys.ts';
