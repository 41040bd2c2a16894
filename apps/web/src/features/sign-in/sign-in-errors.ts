import { isUnreachable, reasonOf, type SignedOutReason, statusOf } from '@latchkey/react';
import * as failures from '#messages/failures.ts';
import * as signIn from '#messages/sign-in.ts';
import { describeLimit } from '../../lib/form/rate-limit.ts';

/** Describes why the sign-in failed, without telling whether the username exists. */
export function describeSignInError(error: unknown, waited = false): string {
  if (isUnreachable(error)) return signIn.unreachable;
  const reason = reasonOf(error);
  if (reason === 'invalid_credentials' || reason === 'invalid_input')
    return signIn.invalidCredentials;
  /** The password was right: the server says what keeps its user out, with the reason given. */
  if (statusOf(error) === 401) return (error as Error).message;
  return describeLimit(error, waited) ?? failures.internal;
}

const EXPLANATIONS: Partial<Record<NonNullable<SignedOutReason>, string>> = {
  signed_out_here: signIn.signedOut,
  account_deleted: signIn.accountDeleted,
  signed_out_elsewhere: signIn.signedOutElsewhere,
  cookies_blocked: signIn.cookiesBlocked,
  session_revoked: signIn.sessionRevoked,
  session_expired: signIn.sessionExpired,
  token_version: signIn.accountChanged,
  refresh_token_reused: signIn.refreshTokenReused,
};

/** Explains why the user was signed out; null if nothing has to be explained. */
export function describeSignedOut(reason: SignedOutReason): string | null {
  return (reason && EXPLANATIONS[reason]) ?? null;
}
