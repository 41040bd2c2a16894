/**
 * The session protocol: short-lived access tokens, refresh token rotation and reuse detection. It
 * knows no HTTP, no framework and no database. An app calls {@link createSessionLayer} with a key
 * ring ({@link deriveKeyRing}), a store, its users and a clock; `@latchkey/http` and
 * `@latchkey/trpc` call the layer for each request. The other exports are for stores, feeds and
 * tools of your own.
 *
 * @packageDocumentation
 */

export type { AuditLog } from './audit/audit-log.ts';
export type { Client } from './audit/client.ts';
export { type Actor, SYSTEM } from './audit/client.ts';
export type {
  AcknowledgementsDelayed,
  EventBase,
  EventFailed,
  EventHandler,
  FeedStale,
  FeedUpToDate,
  LayerEvent,
  OnEvent,
  Presentation,
  SecurityEvent,
  SessionAmbiguous,
  SessionEvent,
} from './audit/security-event.ts';
export type { SessionLayerDependencies } from './dependencies.ts';
export {
  type AnonymousReason,
  REASONS,
  type Reason,
  type RefreshRefusal,
  StoreUnavailableError,
} from './errors.ts';
export {
  deriveAuditKeys,
  deriveDeviceKeys,
  deriveKeyEncryptionKeys,
  deriveKeyRing,
  secretFaults,
} from './keys/derived-keys.ts';
export { keyFaults, type NamedKey, reusedSecretFaults } from './keys/key-faults.ts';
export { type AuditKeyRing, type KeyRing, keyRing } from './keys/key-ring.ts';
export {
  type AccessTokenKey,
  ALGORITHMS,
  type Algorithm,
  type AuditKey,
  type MacKey,
} from './keys/keys.ts';
export { type BatchWriter, type BatchWriterOptions, batchWriter } from './lib/batch-writer.ts';
export { type Clock, startTimer, steadyClock, systemClock } from './lib/clock.ts';
export { hashSecret, randomSecret } from './lib/crypto.ts';
export { equalSecrets } from './lib/mac.ts';
export {
  faultsOf,
  type Issues,
  type OptionFault,
  OptionsError,
  refuseUnknownOptions,
} from './lib/options-error.ts';
export { inPacedSteps, type StepOptions } from './lib/paced-steps.ts';
export { type Repetition, repeat } from './lib/repeat.ts';
export { parseSessionOptions, type SessionOptions, type SessionOptionsInput } from './options.ts';
export { type PurgeOptions, purgeExpired } from './purge-expired.ts';
export { memoryRevocationFeed } from './revocation/memory-revocation-feed.ts';
export { type PollingFeed, pollingFeed } from './revocation/polling-feed.ts';
export type { RevocationSubject } from './revocation/revocation-cache.ts';
export type {
  RevocationFeed,
  RevocationNotice,
  RevocationSubscriber,
} from './revocation/revocation-feed.ts';
export type { Revocation, RevocationLog } from './revocation/revocation-log.ts';
export { REVOCATION_REASONS, type RevocationReason } from './revocation/revocation-reason.ts';
export { noticeLifetimeSeconds } from './revocation/revocations.ts';
export {
  type AcknowledgementOptions,
  type AcknowledgementQueue,
  acknowledgementQueue,
} from './session/acknowledgements.ts';
export type { Confirmation } from './session/confirm.ts';
export type { Grant } from './session/grant.ts';
export { memorySessionStore } from './session/memory-session-store.ts';
export type { Refreshed, RefreshResult } from './session/refresh.ts';
export type { RefreshOutcome } from './session/refresh-presented.ts';
export type { RevokeUserSessionsOptions } from './session/revoke.ts';
export {
  decideRotation,
  isTooLateToSet,
  type PresentedToken,
  type RotationDecision,
  rotationMatch,
  settleSeconds,
} from './session/rotation-rule.ts';
export type {
  Acknowledgement,
  PurgeStep,
  RotationMatch,
  RotationNext,
  RotationResult,
  SessionCursor,
  SessionPage,
  SessionPageQuery,
  SessionRecord,
  SessionStore,
} from './session/session-store.ts';
export type { User, UserDirectory } from './session/user.ts';
export { createSessionLayer, type SessionLayer } from './session-layer.ts';
export {
  type AccessTokenClaims,
  type AccessTokenVerdict,
  signAccessToken,
  verifyAccessToken,
} from './token/access-token.ts';
export type { Authentication } from './token/authenticate.ts';
export type { UserWith } from './token/checked-user.ts';
export type { AnyClaims, ClaimsSchema, SchemaIssue } from './token/claims.ts';
export type { Credentials } from './token/presented-tokens.ts';
export { currentPrincipal, type Principal } from './token/principal.ts';
export {
  encodeRefreshToken,
  newSessionId,
  parseRefreshToken,
  type RefreshToken,
  shardOfSession,
  shardOfUser,
} from './token/refresh-token.ts';
