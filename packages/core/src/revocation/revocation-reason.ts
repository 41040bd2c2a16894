/** Why a session was revoked. Stored in its record, so that users can be told. */
export const REVOCATION_REASONS = [
  'signed_out',
  'replaced',
  'reuse',
  'administrator',
  'user_request',
  'password_changed',
  'role_changed',
  'user_disabled',
  'user_removed',
  'session_limit',
] as const;
/** The reason of a revocation: one of {@link REVOCATION_REASONS}. */
export type RevocationReason = (typeof REVOCATION_REASONS)[number];
