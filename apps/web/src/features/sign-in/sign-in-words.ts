import { isUnreachable, reasonOf, type SignedOutReason } from '@latchkey/react';
import * as failures from '#messages/failures.ts';
import * as signIn from '#messages/sign-in.ts';
import { describeLimit } from '../../lib/wait-words.ts';

/** The one answer to any wrong pair: it never tells which of the two was wrong. */
const NO_MATCH = signIn.invalidCredentials;

/** Why signing in did not work. */
export function describeSignInError(error: unknown, waited = false): string {
  if (isUnreachable(error)) return signIn.unreachable;
  const reason = reasonOf(error);
  if (reason === 'invalid_credentials' || reason === 'invalid_input') return NO_MATCH;
  return describeLimit(error, waited) ?? failures.internal;
}

const EXPLANATIONS: Partial<Record<NonNullable<SignedOutReason>, string>> = {
  signed_out_here: signIn.signedOut,
  account_deleted: signIn.accountDeleted,
  signed_out_elsewhere: signIn.signedOutElsewhere,
  session_revoked: signIn.sessionRevoked,
  session_expired: signIn.sessionExpired,
  token_version: signIn.accountChanged,
  refresh_token_reused: signIn.refreshTokenReused,
};

/** Why the person finds themselves on the sign-in page; null when there is nothing to explain. */
export function describeSignedOut(reason: SignedOutReason): string | null {
  return (reason && EXPLANATIONS[reason]) ?? null;
}
