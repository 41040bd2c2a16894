import { isUnreachable, reasonOf, type SignedOutReason } from '@latchkey/react';
import { describeLimit } from '../../lib/wait-words.ts';

/** The one answer to any wrong pair: it never tells which of the two was wrong. */
const NO_MATCH = 'That username and password do not match.';

/** Why signing in did not work. */
export function describeSignInError(error: unknown, waited = false): string {
  if (isUnreachable(error)) return 'The server is not answering, so nothing was checked. Try again in a moment.';
  const reason = reasonOf(error);
  if (reason === 'invalid_credentials' || reason === 'invalid_input') return NO_MATCH;
  return describeLimit(error, waited) ?? 'Something went wrong on the server. Try again in a moment.';
}

const EXPLANATIONS: Partial<Record<NonNullable<SignedOutReason>, string>> = {
  signed_out_here: 'You are signed out.',
  account_deleted: 'Your account is deleted.',
  signed_out_elsewhere: 'You signed out in another tab.',
  session_revoked: 'Your last session was ended. Sign in to go on.',
  session_expired: 'Your last session has run out. Sign in to go on.',
  token_version: 'Your sessions were ended because your account changed. Sign in to go on.',
  refresh_token_reused: 'Your session was ended because its refresh token was used twice, which can mean that somebody copied it. Sign in to go on.',
};

/** Why the person finds themselves on the sign-in page; null when there is nothing to explain. */
export function describeSignedOut(reason: SignedOutReason): string | null {
  return (reason && EXPLANATIONS[reason]) ?? null;
}
