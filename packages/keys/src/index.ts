/**
 * Key rotation: when keys sign and verify, where they come from (a JWK Set, a database table), and
 * the public JWK Set for other services. {@link watchKeys} makes the ring that `createSessionLayer`
 * takes. An app whose keys are derived from one secret does not need this package.
 *
 * @packageDocumentation
 */

export {
  type DatabaseKeys,
  type DatabaseKeysOptions,
  databaseKeys,
  type KeyTable,
  type StoredKey,
} from './database-keys.ts';
export { derivedKeys } from './derived-keys.ts';
export type { CommonJwkMembers, PrivateJwk } from './jwk-members.ts';
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
export { generateJwk, parseKeySet } from './private-jwk.ts';
export { type PublicJwk, type PublicJwks, publicJwks } from './public-jwks.ts';
export { type RotationSchedule, rotationSchedule, successorDue } from './rotation-schedule.ts';
export {
  type KeysEvent,
  type WatchedKeys,
  type WatchKeysOptions,
  watchKeys,
} from './watch-keys.ts';
