import { isUnreachable, reasonOf, type SignedOutReason } from '@latchkey/react';
import * as messages from '#messages/sign-in.ts';
import { describeLimit } from '../../lib/wait-words.ts';

/** The one answer to any wrong pair: it never tells which of the two was wrong. */
const NO_MATCH = messages.thatUsernameAndPasswordDo;

/** Why signing in did not work. */
export function describeSignInError(error: unknown, waited = false): string {
  if (isUnreachable(error)) return messages.theServerIsNotAnswering;
  const reason = reasonOf(error);
  if (reason === 'invalid_credentials' || reason === 'invalid_input') return NO_MATCH;
  return describeLimit(error, waited) ?? messages.somethingWentWrongOnThe;
}

const EXPLANATIONS: Partial<Record<NonNullable<SignedOutReason>, string>> = {
  signed_out_here: messages.youAreSignedOut,
  account_deleted: messages.yourAccountIsDeleted,
  signed_out_elsewhere: messages.youSignedOutInAnother,
  session_revoked: messages.yourLastSessionWasEnded,
  session_expired: messages.yourLastSessionHasRun,
  token_version: messages.yourSessionsWereEndedBecause,
  refresh_token_reused: messages.yourSessionWasEndedBecause,
};

/** Why the person finds themselves on the sign-in page; null when there is nothing to explain. */
export function describeSignedOut(reason: SignedOutReason): string | null {
  return (reason && EXPLANATIONS[reason]) ?? null;
}
