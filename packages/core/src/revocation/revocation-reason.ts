/** Why a session was revoked. Kept in the record, so that people can be told. */
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
export type RevocationReason = (typeof REVOCATION_REASONS)[number];
