import { isUnreachable, reasonOf } from '@latchkey/react';
import { describeLimit } from '../../lib/wait-words.ts';

/** Said in place of the form, too. */
export const SIGN_UP_CLOSED = 'Sign-up is closed here. Ask an administrator for an account.';

/** Why no account was created, where no single field is at fault. */
export function describeSignUpError(error: unknown, waited = false): string {
  if (isUnreachable(error)) return 'The server is not answering. Try again in a moment.';
  if (reasonOf(error) === 'sign_up_closed') return SIGN_UP_CLOSED;
  return describeLimit(error, waited) ?? 'Something went wrong on the server. Try again in a moment.';
}
