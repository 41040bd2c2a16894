import { isUnreachable, reasonOf } from '@latchkey/react';
import * as failures from '#messages/failures.ts';
import * as signUp from '#messages/sign-up.ts';
import { describeLimit } from '../../lib/form/rate-limit.ts';

/** Describes why no account was created, if no single field is at fault. */
export function describeSignUpError(error: unknown, waited = false): string {
  if (isUnreachable(error)) return failures.unreachable;
  if (reasonOf(error) === 'sign_up_closed') return signUp.closed;
  return describeLimit(error, waited) ?? failures.internal;
}
