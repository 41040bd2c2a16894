import { isUnreachable, reasonOf } from '@latchkey/react';
import * as messages from '#messages/sign-in.ts';
import { describeLimit } from '../../lib/wait-words.ts';

/** Said in place of the form, too. */
export const SIGN_UP_CLOSED = messages.signUpIsClosedHere;

/** Why no account was created, where no single field is at fault. */
export function describeSignUpError(error: unknown, waited = false): string {
  if (isUnreachable(error)) return messages.theServerIsNotAnsweringTry;
  if (reasonOf(error) === 'sign_up_closed') return SIGN_UP_CLOSED;
  return describeLimit(error, waited) ?? messages.somethingWentWrongOnThe;
}
