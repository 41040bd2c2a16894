import type { Authentication, Confirmation, RefreshOutcome } from '@latchkey/core';
import type { RequestCredentials } from './request-credentials.ts';

type Anonymous = Extract<Authentication, { kind: 'anonymous' }>;
type Authenticated = Extract<Authentication, { kind: 'authenticated' }>;

const anonymous = (reason: Anonymous['reason']): Anonymous => ({ kind: 'anonymous', reason });

/** The authentication of a request whose credentials have not been verified yet. */
export const NO_CREDENTIALS: Authentication = anonymous('no_credentials');

/** The authentication of a token whose session the store has not confirmed yet. */
export const UNCONFIRMED: Authentication = anonymous('session_unknown');

/**
 * Returns the authentication of a valid access token after the store was asked about its session. A
 * token from before the user's version was raised is refused, although its session may live on: a
 * refresh replaces the token.
 */
export function verdictAfter(presented: Authenticated, confirmation: Confirmation): Authentication {
  if (confirmation.kind === 'refused') return anonymous(confirmation.reason);
  return confirmation.user.tokenVersion > presented.principal.tokenVersion
    ? anonymous('token_version')
    : presented;
}

/** Whether a refresh may replace the access token. */
export function canRefresh(credentials: RequestCredentials, verdict: Authentication): boolean {
  return (
    verdict.kind === 'anonymous' &&
    verdict.reason !== 'ambiguous_session' &&
    credentials.refreshTokens.length > 0 &&
    credentials.usernames.length > 0
  );
}

/**
 * Returns the authentication with the reason nearest to the cause: why a refresh was refused or
 * impossible.
 */
export function settled(
  verdict: Authentication,
  credentials: RequestCredentials,
  refreshed: RefreshOutcome | null,
): Authentication {
  if (verdict.kind === 'authenticated') return verdict;
  if (refreshed?.kind === 'refused') return anonymous(refreshed.reason);
  const { accessTokens, refreshTokens, usernames } = credentials;
  const isEmpty = accessTokens.length + refreshTokens.length + usernames.length === 0;
  const { reason } = verdict;
  if (isEmpty || (reason !== 'access_token_expired' && reason !== 'no_credentials')) return verdict;
  if (refreshTokens.length === 0) return anonymous('refresh_token_missing');
  return usernames.length === 0 ? anonymous('username_missing') : verdict;
}
