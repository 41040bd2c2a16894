import type { inferRouterError, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from './server';

// What an adopter's client sees of the router, and nothing of the libraries behind it (P1).
type Outputs = inferRouterOutputs<AppRouter>;
type Session = Outputs['auth']['session'];
type Principal = NonNullable<Session['principal']>;
type Reason = NonNullable<Session['reason']>;

export const login: Outputs['auth']['login'] = { message: 'Logged in via Cookies' };
export const username: Principal['username'] = 'ada';
export const reason: Reason = 'session_revoked';
// @ts-expect-error: reasons are a closed set, so a misspelled one does not compile
export const misspelled: Reason = 'session_revokd';

type ErrorData = inferRouterError<AppRouter>['data'];
export const refusal: Pick<ErrorData, 'reason' | 'latchkey'> = {
  reason: 'session_revoked',
  latchkey: true,
};
