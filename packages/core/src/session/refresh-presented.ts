import type { Client } from '../audit/client.ts';
import type { RefreshRefusal } from '../errors.ts';
import { sharedCalls } from '../lib/shared-calls.ts';
import { authenticTokens, type Credentials } from '../token/presented-tokens.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import type { SessionContext } from './context.ts';
import { type Asked, type Refreshed, type RefreshResult, sessionRefresh } from './refresh.ts';
import { revokeForReuse } from './revoke.ts';

/**
 * The outcome of a refresh. `sessionId` is `null` if no refresh token was authentic; `userId` is
 * `null` then, and if the session is unknown.
 */
export type RefreshOutcome =
  | Refreshed
  | {
      readonly kind: 'refused';
      readonly reason:
        | RefreshRefusal
        | 'refresh_token_missing'
        | 'username_missing'
        | 'ambiguous_session';
      readonly sessionId: string | null;
      readonly userId: string | null;
    };

/**
 * Creates the function that refreshes with the first of a request's tokens that can be refreshed. A
 * reused token revokes its session only if no other token can. Tokens of several users are refused
 * without asking the store.
 *
 * @throws StoreUnavailableError
 */
export function presentedRefresher(
  context: SessionContext,
): (credentials: Credentials, client: Client) => Promise<RefreshOutcome> {
  const refreshSession = sessionRefresher(context);
  return async (credentials, client) => {
    if (credentials.refreshTokens.length === 0) return refused('refresh_token_missing');
    if (credentials.usernames.length === 0) return refused('username_missing');

    const tokens = await authenticTokens(context.ring, credentials);
    if (new Set(tokens.map(({ userId }) => userId)).size > 1) return refused('ambiguous_session');

    let outcome: RefreshOutcome = refused('refresh_token_invalid');
    const reused: Extract<RefreshResult, { kind: 'reuse' }>[] = [];
    for (const token of tokens) {
      const result = await refreshSession(token, client);
      if (result.kind === 'refreshed') return result;
      if (result.kind === 'refused') outcome = result;
      else reused.push(result);
    }
    for (const { session, presentedGeneration } of reused) {
      await revokeForReuse(context, session, presentedGeneration, client);
      const { id: sessionId, userId } = session;
      outcome = { ...refused('refresh_token_reused'), sessionId, userId };
    }
    return outcome;
  };
}

/**
 * Creates the function that refreshes one session. Concurrent callers with one token share the
 * statements of one of them. Each of the others is told what the rule says to the next to come,
 * with its own client and time. The MAC of the token covers the username.
 */
function sessionRefresher(context: SessionContext) {
  const share = sharedCalls<Asked>();
  return async (token: RefreshToken, client: Client): Promise<RefreshResult> => {
    const refresh = sessionRefresh(context, token, client);
    const key = `${token.sessionId} ${token.generation} ${token.secretHash}`;
    const { answer, isOwn } = await share(key, refresh.ask);
    if (isOwn || !answer.after) return answer.result;
    return refresh.decide(answer.after.session, answer.after.user);
  };
}

function refused(reason: Extract<RefreshOutcome, { kind: 'refused' }>['reason']) {
  return { kind: 'refused', reason, sessionId: null, userId: null } as const;
}
