export { type AccessTokenClaims, type AccessTokenVerdict, mintAccessToken, verifyAccessToken } from './access-token.ts';
export { type AcknowledgementQueue, acknowledgementQueue } from './acknowledge.ts';
export { sealBatch, sealHolds } from './audit-seal.ts';
export {
  type Authentication,
  type Credentials,
  createSessionLayer,
  type Principal,
  type RefreshOutcome,
  type SessionLayer,
  type SessionLayerDependencies,
} from './authenticate.ts';
export { type BatchWriter, batchWriter } from './batch-writer.ts';
export { type Clock, startTimer, steadyClock, systemClock } from './clock.ts';
export type { Confirmation } from './confirm-session.ts';
export { type Count, type Counters, memoryCounters } from './counters.ts';
export { equalSecrets, hashSecret, randomSecret } from './crypto.ts';
export {
  type DatedKey,
  KEY_PURPOSES,
  type KeyDates,
  type KeyLifetimes,
  type KeyPurpose,
  type KeyState,
  type KeyTerm,
  keyLifetimes,
  keyTerms,
} from './dated-key.ts';
export { decideRotation, type PresentedToken, type RotationDecision } from './decide-rotation.ts';
export { type DerivableAlgorithm, deriveAuditKeys, deriveDeviceKeys, derivedKeys, deriveKeyRing, secretFaults } from './derived-keys.ts';
export { DEVICE_SECONDS, type DeviceTokens, deviceTokens } from './device-token.ts';
export { durableRevocations, type Revocation, type RevocationLog } from './durable-revocations.ts';
export { fasterFeed } from './faster-feed.ts';
export { type FollowedKeys, type FollowKeysOptions, followKeys, type KeysEvent } from './follow-keys.ts';
export type { Grant } from './grant.ts';
export { generateJwk, type PrivateJwk, parseKeySet } from './jwk.ts';
export { type PublicJwk, type PublicKeySet, publicKeySet } from './jwks.ts';
export { reusedSecretFaults } from './key-faults.ts';
export {
  type AccessTokenKey,
  ALGORITHMS,
  type Algorithm,
  type AuditKey,
  type AuditKeyRing,
  type KeyRing,
  keyRing,
  type MacKey,
} from './key-ring.ts';
export { type KeySchedule, keySchedule, successorDue } from './key-schedule.ts';
export { type KeySource, staticKeys } from './key-source.ts';
export { memoryRevocationFeed } from './memory-revocation-feed.ts';
export { memoryRevocationLog } from './memory-revocation-log.ts';
export { memoryStore } from './memory-store.ts';
export { faultsOf, type OptionFault, OptionsError, parseSessionOptions, type SessionOptions, type SessionOptionsInput, settleSeconds } from './options.ts';
export { type AnonymousReason, REASONS, type Reason, type RefreshRefusal, StoreUnavailableError } from './outcome.ts';
export { type NoticePoll, pollNotices } from './poll-notices.ts';
export type { RefreshResult } from './refresh-session.ts';
export { homeOfSession, homeOfUser, mintRefreshToken, newSessionId, parseRefreshToken, type RefreshToken } from './refresh-token.ts';
export { type Repetition, repeat } from './repeat.ts';
export type { RevocationFeed, RevocationFollower, RevocationNotice } from './revocation-feed.ts';
export type { Watched } from './revocation-watch.ts';
export { noticeSeconds } from './revocations.ts';
export { type Actor, type AuditLog, type EventBase, type LayerEvent, type OnEvent, type SecurityEvent, SYSTEM } from './security-event.ts';
export {
  type Acknowledgement,
  type Client,
  type PurgeStep,
  REVOCATION_REASONS,
  type RevocationReason,
  type RotationMatch,
  type RotationNext,
  type RotationResult,
  type SessionCursor,
  type SessionPage,
  type SessionPageQuery,
  type SessionRecord,
  type SessionStore,
} from './session-store.ts';
export { type ClockCorrected, followStoreClock, type StoreClock, type StoreClockOptions } from './store-clock.ts';
export { type KeyTable, type StoredKey, type StoredKeys, type StoredKeysOptions, storedKeys } from './stored-keys.ts';
export type { User, UserDirectory } from './user.ts';
