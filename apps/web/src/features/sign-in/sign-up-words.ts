import { isUnreachable, reasonOf } from '@latchkey/react';
import * as failures from '#messages/failures.ts';
import * as signUp from '#messages/sign-up.ts';
import { describeLimit } from '../../lib/wait-words.ts';

/** Said in place of the form, too. */
export const SIGN_UP_CLOSED = signUp.closed;

/** Why no account was created, where no single field is at fault. */
export function describeSignUpError(error: unknown, waited = false): string {
  if (isUnreachable(error)) return failures.unreachable;
  if (reasonOf(error) === 'sign_up_closed') return SIGN_UP_CLOSED;
  return describeLimit(error, waited) ?? failures.internal;
}
