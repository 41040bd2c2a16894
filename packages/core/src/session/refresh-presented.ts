import type { Client } from '../audit/client.ts';
import type { RefreshRefusal } from '../errors.ts';
import { authenticTokens, type Credentials } from '../token/presented-tokens.ts';
import type { SessionContext } from './context.ts';
import { type Refreshed, type RefreshResult, refreshSession } from './refresh.ts';
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
 * Refreshes with the first of a request's tokens that can be refreshed. A reused token revokes its
 * session only if no other token can. Tokens of several users are refused without asking the store.
 *
 * @throws StoreUnavailableError
 */
export async function refreshPresented(
  context: SessionContext,
  credentials: Credentials,
  client: Client,
): Promise<RefreshOutcome> {
  if (credentials.refreshTokens.length === 0) return refused('refresh_token_missing');
  if (credentials.usernames.length === 0) return refused('username_missing');

  const tokens = await authenticTokens(context.ring, credentials);
  if (new Set(tokens.map(({ userId }) => userId)).size > 1) return refused('ambiguous_session');

  let outcome: RefreshOutcome = refused('refresh_token_invalid');
  const reused: Extract<RefreshResult, { kind: 'reuse' }>[] = [];
  for (const token of tokens) {
    const result = await refreshSession(context, token, client);
    if (result.kind === 'refreshed') return result;
    if (result.kind === 'refused') outcome = result;
    else reused.push(result);
  }
  for (const { session, presentedGeneration } of reused) {
    await revokeForReuse(context, session, presentedGeneration, client);
    outcome = { ...refused('refresh_token_reused'), sessionId: session.id, userId: session.userId };
  }
  return outcome;
}

function refused(reason: Extract<RefreshOutcome, { kind: 'refused' }>['reason']) {
  return { kind: 'refused', reason, sessionId: null, userId: null } as const;
}
